// Ends the part of one element type.
#undef ELEMENT
#undef ELEMENT_BYTES
#undef VECTOR
#undef NAMED
#undef TRUTH
#undef KERNEL
#undef UNARY
#undef BINARY
#undef TERNARY
#undef ACCUMULATOR
#undef WRAPPING
#undef LOWEST
#undef HIGHEST
#undef SUMS
#undef WIDENED
