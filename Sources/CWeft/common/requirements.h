// The libraries that Weft is built on, each named with its cure where it is missing (private): a file that includes one
// includes this first.
#ifndef WEFT_REQUIREMENTS_H
#define WEFT_REQUIREMENTS_H

#if !__has_include(<dnnl.h>)
#error "oneDNN is not installed: run scripts/setup in Weft's folder (or, on Debian, apt-get install libdnnl-dev)"
#endif

// Only the library itself is used, which brings LAPACK; its header is what tells that it is there.
#if !__has_include(<openblas_config.h>) && !__has_include(<openblas/openblas_config.h>)
#error "OpenBLAS is not installed: run scripts/setup in Weft's folder (or, on Debian, apt-get install \
libopenblas-openmp-dev)"
#endif

#endif
