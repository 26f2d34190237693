"""Stacks: how a branch's shelving stands, which call numbers each bay holds, and so where each item has its place."""
