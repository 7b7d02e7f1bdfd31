// erf and erfc in float64, within 3 units in the last place, also far out, where erfc is small.

/// erfc(t) = e^(-t²) R(t) / (1 + 2t) for t from 0 to 28, R a polynomial in (t - 4) / (t + 4) that is correct to 2^-56.
INLINE f64v f64_erfc_positive(f64v t) {
  f64v u = (t - 4.0) / (t + 4.0);
  f64v p = -1.766802190496484158e-9 * u + -1.352936706722097129e-8;
  p = p * u + -7.764817952397255727e-9;
  p = p * u + 1.149486313506274544e-7;
  p = p * u + 6.258721442256385753e-8;
  p = p * u + -8.346789501461553703e-7;
  p = p * u + 3.016107881318932163e-7;
  p = p * u + 5.717563626689595981e-6;
  p = p * u + -0.00001122500875508955252;
  p = p * u + -0.00002440303699895453492;
  p = p * u + 0.0001506223467448144678;
  p = p * u + -0.0001992555416162785767;
  p = p * u + -0.0007577733702777409564;
  p = p * u + 0.005031969761432284791;
  p = p * u + -0.01619773405424230098;
  p = p * u + 0.03716751556193851204;
  p = p * u + -0.06633036581199959418;
  p = p * u + 0.09373283499682627402;
  p = p * u + -0.1010390660363291318;
  p = p * u + 0.06809705425473639044;
  p = p * u + 0.01537965210262030571;
  p = p * u + -0.1396211168405628846;
  p = (p * u + 1.232995118625552508) / (t * 2.0 + 1.0);
  // t² without rounding: of the upper half of its digits, and the rest.
  f64v upper = f64_from_bits(f64_bits(t) & -(1ll << 27));
  f64v n, r = f64_exp_reduce(-(upper * upper), (upper - t) * (upper + t), &n);
  return f64_scale((f64_exp_tail(r) * (r * r) + r) * p + p, n);
}

INLINE f64v f64_erfc_vector(f64v x) {
  f64v magnitude = f64_abs(x), result = f64_erfc_positive(magnitude > 28.0 ? (f64v)28.0 : magnitude);
  result = x < 0 ? 2.0 - result : result;
  return x != x ? x : result;
}

/// Below 1 a polynomial in x², from there 1 - erfc.
INLINE f64v f64_erf_vector(f64v x) {
  f64v magnitude = f64_abs(x), z = magnitude < 1.0 ? x * x : (f64v)0;
  f64v p = -7.798543850549946904e-10 * z + 1.372152040635109444e-8;
  p = p * z + -1.620882985681020078e-7;
  p = p * z + 1.644747119059461806e-6;
  p = p * z + -0.00001492474078537757504;
  p = p * z + 0.0001205529511266700108;
  p = p * z + -0.0008548325982543225057;
  p = p * z + 0.005223977607269945286;
  p = p * z + -0.02686617064325699433;
  p = p * z + 0.1128379167094512975;
  p = p * z + -0.3761263890318354353;
  p = p * z + 0.1283791670955125667;
  f64v near = p * x + x;
  i64v is_near = magnitude < 1.0;
  if (__builtin_reduce_and(is_near) != 0) return near;
  f64v far = f64_with_sign(1.0 - f64_erfc_positive(magnitude > 28.0 ? (f64v)28.0 : magnitude), x);
  return x != x ? x : is_near ? near : far;
}
