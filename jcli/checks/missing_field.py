"""missing_field"""
