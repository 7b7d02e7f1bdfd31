import Testing
import WeftTensor

/// Variables of Swift's number types beside tensors, in all operators and both orders.
@Suite struct NumberOperatorTests {
  private let x = Tensor([1.0, 4])

  @Test func integersAndFloats() {
    let (n, f, d) = (2, Float(0.5), 0.25)
    #expect((x * n + f - d).values == [2.25, 8.25])
    #expect((n * x / f).values == [4, 16])
    #expect((d + x - n).values == [-0.75, 2.25])
    #expect((f / x).values == [0.5, 0.125])
    #expect((x % n).values == [1, 0])
    #expect((n % x).values == [0, 2])
    #expect((n - x).values == [1, -2])
    #expect((x / n * f + n).values == [2.25, 3])
  }

  @Test func theyYieldToTheTensorsType() {
    let (n, f) = (Int32(3), Float(0.1))
    #expect((Tensor([1.0], dtype: .bfloat16) * n).dtype == .bfloat16)
    #expect((Tensor([1.0], dtype: .float64) * f).values == [Double(f)])
    #expect((Tensor([5]) * n).dtype == .int64)
    #expect((Tensor([5], dtype: .int16) * n).dtype == .int16)
    #expect((Tensor([5]) * f).dtype == .float32)
  }

  @Test func comparisons() {
    let (n, f) = (1, Float(1))
    #expect((x .> n).scalars(as: Bool.self) == [false, true])
    #expect((x .>= f).scalars(as: Bool.self) == [true, true])
    #expect((x .< n).scalars(as: Bool.self) == [false, false])
    #expect((x .<= n).scalars(as: Bool.self) == [true, false])
    #expect((x .== n).scalars(as: Bool.self) == [true, false])
    #expect((n .!= x).scalars(as: Bool.self) == [false, true])
    #expect((n .< x).scalars(as: Bool.self) == [false, true])
  }

  @Test func inPlace() {
    let (n, f) = (3, Float(0.5))
    var y = x
    y += n
    y -= f
    y *= n
    y /= f
    #expect(y.values == [21, 39])
  }

  @Test func missingGradientsAreStillCompared() {
    let missing: Tensor? = nil
    #expect(missing == nil)
    #expect(x.requiringGrad().grad == nil)
  }
}
