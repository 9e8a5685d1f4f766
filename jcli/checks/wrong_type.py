"""wrong_type"""
