"""alias"""
