-- bucket
bucket_of(s.left_at - s.entered_at)
