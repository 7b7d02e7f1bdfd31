// Note: Autocast
//
// Products cost half in bfloat16 and lose nothing that training would miss, as they add up in float32; other operations
// gain little and may lose much. So the type is chosen for each operation, by its `autocastRule`, where `apply` hands it
// its operands: the rule for all is in `AutocastScope.swift`, and no operation converts anything.
//
// A cast operand keeps the source of the original. The engine brings a gradient to the type of the tensor it is the
// gradient of (`BackwardPass.fit`), and what a rule reads again is the cast it was computed from, so nothing is recorded
// for a cast. Parameters stay in float32; so do their gradients, which products give in float32 directly, and sums of them.
//
// PyTorch's lists for the CPU are followed, but for operations that PyTorch leaves in bfloat16 on the CPU and runs in
// float32 on other devices: exponentials, logarithms, powers, softmax and the reductions that add or multiply run in
// float32 here. Normalizations keep to the type they get, with statistics in float32, as in PyTorch on the CPU. Recurrent
// layers run in float32, where PyTorch lowers them: their kernels compute in it in any case.

/// The type an operation computes in inside `autocast`. Operands of float64, integers and bool are never cast.
public enum AutocastRule: Sendable, Hashable {
  /// In the scope's type: products and convolutions. What they add up is added in float32.
  case lower
  /// In float32: losses, sums, exponentials, and others that would lose by a short type.
  case float32
  /// In the type of its operands, mixed ones in the widest: everything else.
  case asGiven
}
