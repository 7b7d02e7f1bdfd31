// The modified Bessel functions of the first kind of orders 0 and 1 in float32, in double: polynomials by interpolation
// at Chebyshev's nodes, within 2^-36.

/// e⁻ˣ I₀(x) for x in 0 ... 8, in t = x/4 - 1.
INLINE f64w bessel_near_0(f64w t) {
  f64w p = t * -2.03694141681934961e-6 + 6.19719460258765054e-6;
  p = p * t - 6.39467290703494607e-6;
  p = p * t + 0.0000166445353611455604;
  p = p * t - 0.0000702662089041179976;
  p = p * t + 0.000175933741360982773;
  p = p * t - 0.000377923828076645401;
  p = p * t + 0.000843003640323744595;
  p = p * t - 0.00181533549162278931;
  p = p * t + 0.00362569697708144904;
  p = p * t - 0.00679079029535929919;
  p = p * t + 0.01195641689424457;
  p = p * t - 0.0196831579391094844;
  p = p * t + 0.0301789379096365738;
  p = p * t - 0.0429858468904746327;
  p = p * t + 0.0567768502117162802;
  p = p * t - 0.0695412085190799806;
  p = p * t + 0.0792752448852593744;
  p = p * t - 0.0849633800083293977;
  p = p * t + 0.0873434151533566128;
  p = p * t - 0.0890434413903629235;
  p = p * t + 0.0945156285614917047;
  p = p * t - 0.113004326885919784;
  p = p * t + 0.207001921223911617;
  return p;
}
/// e⁻ˣ I₁(x)/x.
INLINE f64w bessel_near_1(f64w t) {
  f64w p = t * -2.11484588312222993e-7 + 6.760784704979494e-7;
  p = p * t - 8.64311555315491415e-7;
  p = p * t + 2.4347100545341915e-6;
  p = p * t - 9.58620278268380032e-6;
  p = p * t + 0.0000255869037478748071;
  p = p * t - 0.0000609520722554411748;
  p = p * t + 0.000147092830121306391;
  p = p * t - 0.000341502944962279362;
  p = p * t + 0.000745366287581066727;
  p = p * t - 0.00153872194438838591;
  p = p * t + 0.00300539806124038413;
  p = p * t - 0.00553461556554590665;
  p = p * t + 0.00958406416298166787;
  p = p * t - 0.0155712995197608162;
  p = p * t + 0.0236859988913111323;
  p = p * t - 0.0336713567441490197;
  p = p * t + 0.0446745745060919061;
  p = p * t - 0.0552800391409455638;
  p = p * t + 0.0637674036119349474;
  p = p * t - 0.0684826062086322934;
  p = p * t + 0.0680575999116491692;
  p = p * t - 0.061124338029639215;
  p = p * t + 0.0446877098756013821;
  return p;
}
/// √x e⁻ˣ I₀(x) for x from 8 on, in t = 16/x - 1.
INLINE f64w bessel_far_0(f64w t) {
  f64w p = t * -6.76649566230922921e-9 - 8.06378631158589862e-9;
  p = p * t + 1.84380499855774166e-8;
  p = p * t + 4.97633744857080749e-8;
  p = p * t + 9.0834093901758235e-8;
  p = p * t + 2.93724652330787647e-7;
  p = p * t + 1.48330432261468298e-6;
  p = p * t + 0.0000111435955584470052;
  p = p * t + 0.000136216122999924493;
  p = p * t + 0.00336055195822855535;
  p = p * t + 0.402176509444317154;
  return p;
}
/// √x e⁻ˣ I₁(x).
INLINE f64w bessel_far_1(f64w t) {
  f64w p = t * 7.23241340754625633e-9 + 8.3266651725196504e-9;
  p = p * t - 2.05098281586743324e-8;
  p = p * t - 5.45093547962273509e-8;
  p = p * t - 1.0205367874223077e-7;
  p = p * t - 3.44378641247094451e-7;
  p = p * t - 1.83437704804429022e-6;
  p = p * t - 0.0000150391711538207773;
  p = p * t - 0.000219235811892866845;
  p = p * t - 0.00974957716482243407;
  p = p * t + 0.389398459026558508;
  return p;
}

/// e^-|x| times the function of |x|.
INLINE f64w bessel_scaled(f64w size, bool is_first) {
  i64w is_near = size < 8.0;
  f64w near = size, far = size;
  if (__builtin_reduce_or(is_near) != 0) {
    f64w t = size * 0.25 - 1.0;
    // Half of a subnormal number may lie between two.
    near = is_first ? (size < 0x1p-60 ? (f64w)0.5 : bessel_near_1(t)) * size : bessel_near_0(t);
  }
  if (__builtin_reduce_and(is_near) == 0) {
    f64w t = 16.0 / size - 1.0;
    far = (is_first ? bessel_far_1(t) : bessel_far_0(t)) / wide_sqrt(size);
  }
  return is_near ? near : far;
}

/// Beyond 100 both are infinite in float32.
INLINE f64w bessel_whole(f32v x, bool is_first) {
  f64w size = wide_hyperbolic_size(x);
  return bessel_scaled(size, is_first) * wide_exp(size);
}

INLINE f32v f32_bessel_i0_scaled_vector(f32v x) {
  return __builtin_convertvector(bessel_scaled(wide_size(x), false), f32v);
}
INLINE f32v f32_bessel_i1_scaled_vector(f32v x) {
  f32v result = f32_with_sign(__builtin_convertvector(bessel_scaled(wide_size(x), true), f32v), x);
  return x != x ? x : result;
}
INLINE f32v f32_bessel_i0_vector(f32v x) { return __builtin_convertvector(bessel_whole(x, false), f32v); }
INLINE f32v f32_bessel_i1_vector(f32v x) {
  f32v result = f32_with_sign(__builtin_convertvector(bessel_whole(x, true), f32v), x);
  return x != x ? x : result;
}
