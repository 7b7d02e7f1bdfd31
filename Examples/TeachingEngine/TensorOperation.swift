/// What an operation states: its kernel and its gradient. A value that captures nothing. Weft's own
/// `Core/TensorOperation.swift` also asks for shapes beforehand, for forward mode, batches, and samples for tests.
protocol TensorOperation {
  func forward(_ inputs: [Tensor]) -> Tensor
  /// The gradients of the inputs from that of the result, in tensor operations, so that they have gradients themselves.
  /// No rule undoes broadcasting: the walk does. Entries not marked in `needs` are ignored.
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?]
}

/// What a gradient rule knows of the forward pass. In Weft an operation says which of it to keep: `saves(needs:)`.
struct Saved { let (inputs, output): ([Tensor], Tensor) }

/// What holds for the code now running, by task. In Weft: `Autograd/Modes.swift`.
enum Modes { @TaskLocal static var isRecording = true }

/// Runs an operation, and records it if a gradient may be asked for. Every operation passes here. In Weft:
/// `Autograd/Apply.swift`, where errors, mixed precision, transforms and the profiler have their place too.
func apply(_ operation: any TensorOperation, _ inputs: [Tensor]) -> Tensor {
  let bare = inputs.map { $0.with(source: nil) }
  let output = operation.forward(bare)
  guard Modes.isRecording, inputs.contains(where: { $0.source != nil }) else { return output }
  return output.with(source: Node(operation, edges: inputs.map(\.source), saved: Saved(inputs: bare, output: output)))
}
