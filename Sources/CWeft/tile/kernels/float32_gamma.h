// The logarithm of the gamma function and its derivative in float32, in double: both are differences of numbers that
// are nearly equal near their zeros, of which double keeps enough.

/// log Γ(x) = (x - ½) log x - x + ½ log 2π + 1/12x - 1/360x³ + …, from 8 on within 2^-40.
INLINE f64w log_gamma_far(f64w x, f64w logarithm) {
  f64w inverse = 1.0 / x, z = inverse * inverse;
  f64w p = z * (1.0 / 1188) - 1.0 / 1680;
  p = p * z + 1.0 / 1260;
  p = p * z - 1.0 / 360;
  p = p * z + 1.0 / 12;
  return (x - 0.5) * logarithm - x + (p * inverse + 0.91893853320467274178);
}

/// log Γ(2 + z) for |z| up to ½: z(1 - γ) + Σ (-1)ᵏ (ζ(k) - 1)/k zᵏ, exact beside its zero.
INLINE f64w log_gamma_near(f64w z) {
  f64w p = z * 9.5514121304074198329e-7 - 2.0392157538013662368e-6;
  p = p * z + 4.3748667899074878042e-6;
  p = p * z - 9.439488275268395904e-6;
  p = p * z + 2.0507212775670691553e-5;
  p = p * z - 4.49262367381331417e-5;
  p = p * z + 9.9457512781808533715e-5;
  p = p * z - 2.2315475845357937976e-4;
  p = p * z + 5.0966952474304242234e-4;
  p = p * z - 1.1927539117032609771e-3;
  p = p * z + 2.8905103307415232858e-3;
  p = p * z - 7.3855510286739852663e-3;
  p = p * z + 2.0580808427784547879e-2;
  p = p * z - 6.7352301053198095133e-2;
  p = p * z + 3.2246703342411321824e-1;
  p = p * z + 4.2278433509846713939e-1;
  return p * z;
}

/// x(x + 1)(x + 2)(x + 3)(x + 4)(x + 5), in u = x² + 5x.
INLINE f64w six_factors(f64w u) { return u * (u + 4.0) * (u + 6.0); }

/// log Γ(x) of x > 0: by Γ(x + 1) = x Γ(x) from where one of the two above holds.
INLINE f64w log_gamma_positive(f64w x) {
  i64w is_near = x < 2.5;
  f64w near = x, far = x;
  if (__builtin_reduce_or(is_near) != 0) {
    f64w z = x < 1.5 ? x - 1.0 : x - 2.0, factor = x < 1.5 ? x : (f64w)1.0;
    factor = x < 0.5 ? x * (x + 1.0) : factor;
    near = log_gamma_near(x < 0.5 ? x : z) - wide_log(factor);
  }
  if (__builtin_reduce_and(is_near) == 0) {
    i64w moves = x < 8.0;
    f64w y = moves ? x + 6.0 : x;
    far = log_gamma_far(y, wide_log(y));
    if (__builtin_reduce_or(moves) != 0) far -= wide_log(moves ? six_factors((x + 5.0) * x) : (f64w)1.0);
  }
  return is_near ? near : far;
}

/// sin πx and cos πx for |x| up to ½.
INLINE f64w wide_sin_pi(f64w x) {
  f64w a = x * 3.14159265358979323846, z = a * a;
  f64w p = z * -7.64716373181981647590e-13 + 1.60590438368216145994e-10;
  p = p * z - 2.50521083854417187751e-8;
  p = p * z + 2.75573192239858906526e-6;
  p = p * z - 1.98412698412698412698e-4;
  p = p * z + 8.33333333333333333333e-3;
  p = p * z - 1.66666666666666666667e-1;
  return p * z * a + a;
}
INLINE f64w wide_cos_pi(f64w x) {
  f64w half = wide_sin_pi(x * 0.5);
  return 1.0 - 2.0 * half * half;
}

/// What lies between x and the whole number next to it; 0 where there are none but whole ones.
INLINE f64w wide_rest(f64w x) {
  u64w bits;
  f64w nearest = wide_nearest(x, &bits);
  return x < -0x1p50 ? (f64w)0 : x - nearest;
}

INLINE f32v f32_log_gamma_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w), size = __builtin_elementwise_abs(wide);
  f64w result = log_gamma_positive(size);
  i64w is_negative = wide < 0;
  if (__builtin_reduce_or(is_negative) != 0) {
    // |Γ(x) Γ(-x) x sin πx| = π
    f64w product = __builtin_elementwise_abs(wide_sin_pi(wide_rest(wide))) * size;
    f64w reflected = 1.14472988584940017414 - wide_log(product) - result;
    result = is_negative ? (product == 0 ? (f64w)__builtin_inf() : reflected) : result;
  }
  result = ((size == 0) | (size == __builtin_inf())) ? (f64w)__builtin_inf() : result;
  return x != x ? x : __builtin_convertvector(result, f32v);
}

/// ψ(x) for x > 0: by ψ(x + 1) = ψ(x) + 1/x from where log x - 1/2x - Σ B₂ₖ/(2k x²ᵏ) is within 2^-40.
INLINE f64w digamma_positive(f64w x) {
  i64w moves = x < 8.0;
  f64w y = moves ? x + 6.0 : x, inverse = 1.0 / y, z = inverse * inverse;
  f64w p = z * (1.0 / 12) - 691.0 / 32760;
  p = p * z + 1.0 / 132;
  p = p * z - 1.0 / 240;
  p = p * z + 1.0 / 252;
  p = p * z - 1.0 / 120;
  p = p * z + 1.0 / 12;
  f64w result = wide_log(y) - 0.5 * inverse - p * z;
  if (__builtin_reduce_or(moves) == 0) return result;
  // Σ 1/(x + k) over k from 0 to 5.
  f64w u = (x + 5.0) * x, moved = ((3.0 * u + 20.0) * u + 24.0) * (x + x + 5.0) / six_factors(u);
  return moves ? result - moved : result;
}

INLINE f32v f32_digamma_vector(f32v x) {
  f64w wide = __builtin_convertvector(x, f64w);
  i64w is_negative = wide < 0;
  f64w result = digamma_positive(is_negative ? 1.0 - wide : wide);
  if (__builtin_reduce_or(is_negative) != 0) {
    // ψ(x) = ψ(1 - x) - π/tan πx
    f64w rest = wide_rest(wide), turned = wide_cos_pi(rest) / wide_sin_pi(rest) * 3.14159265358979323846;
    result = is_negative ? (rest == 0 ? (f64w)__builtin_nan("") : result - turned) : result;
  }
  f32v rounded = __builtin_convertvector(result, f32v);
  rounded = x == 0 ? f32_with_sign((f32v)__builtin_inff(), -x) : rounded;
  return ((x != x) | (x == __builtin_inff())) ? x : rounded;
}
