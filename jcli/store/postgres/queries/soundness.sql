-- bucket
CASE WHEN s.left_at - s.entered_at < 16 THEN greatest(s.left_at - s.entered_at, 0)
  ELSE ((length(ltrim((s.left_at - s.entered_at)::bit(64)::text, '0')) - 4) << 3)
    + ((s.left_at - s.entered_at) >> (length(ltrim((s.left_at - s.entered_at)::bit(64)::text, '0')) - 4)) END
