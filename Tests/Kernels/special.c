// Special functions of one element. The expected numbers are mpmath's.
#include "check.h"

static void check_value(const char *what, double found, double expected) {
  expect_near(found, expected, 8 * 0x1p-52 * fabs(expected), "%s", what);
}

static void check_gamma(void) {
  check_value("log gamma of 0.3", weft_log_gamma(0.3), 1.09579799481807556);
  check_value("log gamma of 7.5", weft_log_gamma(7.5), 7.53436423675873296);
  check_value("log gamma of -2.3", weft_log_gamma(-2.3), 0.369566663455008037);
  check_value("log gamma of 150", weft_log_gamma(150), 600.009470555327428);
  check_value("digamma of 0.3", weft_digamma(0.3), -3.50252422220013312);
  check_value("digamma of 7.5", weft_digamma(7.5), 1.94675748424608679);
  check_value("digamma of -2.3", weft_digamma(-2.3), 3.31732315756182274);
  check_value("zeta of 2 and 1", weft_zeta(2, 1), 1.64493406684822644);
  check_value("zeta of 3.5 and 1/4", weft_zeta(3.5, 0.25), 128.546958964284346);
  check_value("zeta of 1.1 and 10", weft_zeta(1.1, 10), 7.98372610705994422);
  // About 1e-14 is what is promised of these.
  expect_near(weft_gamma_lower(2, 1.5), 0.442174599628925428, 2e-14, "the lower gamma integral");
  expect_near(weft_gamma_lower(30, 25), 0.18210391597745511, 2e-14, "the lower gamma integral");
  expect_near(weft_gamma_upper(0.5, 4), 0.00467773498104726584, 2e-14, "the upper gamma integral");
  expect_near(weft_gamma_upper(30, 25), 0.81789608402254489, 2e-14, "the upper gamma integral");
}

static void check_errors(void) {
  check_value("the inverse of erf at 0.3", weft_erf_inverse(0.3), 0.272462714726754345);
  check_value("the inverse of erf at -0.99", weft_erf_inverse(-0.99), -1.82138636771844946);
  check_value("scaled erfc of 0.5", weft_erfc_scaled(0.5), 0.615690344192925875);
  check_value("scaled erfc of -1", weft_erfc_scaled(-1), 5.00898008076228347);
  check_value("scaled erfc of 30", weft_erfc_scaled(30), 0.0187958888614167515);
  check_value("the normal quantile of 1/4", weft_normal_quantile(0.25), -0.674489750196081743);
  check_value("the normal quantile of 0.001", weft_normal_quantile(0.001), -3.09023230616781354);
}

static void check_bessel(void) {
  check_value("I0 of 0.5", weft_bessel_i0(0.5), 1.06348337074132352);
  check_value("I0 of 10", weft_bessel_i0(10), 2815.71662846625447);
  check_value("scaled I0 of 40", weft_bessel_i0_scaled(40), 0.0632782798752353303);
  check_value("I1 of 0.5", weft_bessel_i1(0.5), 0.257894305390896316);
  check_value("I1 of -10", weft_bessel_i1(-10), -2670.98830370125465);
  check_value("scaled I1 of -40", weft_bessel_i1_scaled(-40), -0.0624822290744420607);
}

void check_special(void) {
  begin("special");
  check_gamma();
  check_errors();
  check_bessel();
}
