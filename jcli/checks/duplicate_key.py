"""duplicate_key"""
