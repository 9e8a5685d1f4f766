"""unknown_field"""
