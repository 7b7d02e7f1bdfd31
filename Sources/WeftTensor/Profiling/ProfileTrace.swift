extension Profile {
  /// The lines of a trace file in the Trace Event Format (JSON) that chrome://tracing and ui.perfetto.dev open: a range
  /// for each operation, gradient rule and named range on its thread, and the memory that tensors hold.
  public var traceLines: some Sequence<String> {
    let origin = events.reduce(Int64.max) { min($0, $1.start) }
    let threads = (events.reduce(-1) { max($0, $1.thread) }) + 1
    let note = eventsLeftOut > 0 ? "\(eventsLeftOut) later events left out" : "complete"
    let head = [
      "{\"displayTimeUnit\": \"ns\", \"otherData\": {\"events\": \(quoted(note))}, \"traceEvents\": [",
      "{\"name\": \"process_name\", \"ph\": \"M\", \"pid\": 1, \"args\": {\"name\": \"weft\"}}",
    ]
    let names = (0..<threads).map { thread in
      ",{\"name\": \"thread_name\", \"ph\": \"M\", \"pid\": 1, \"tid\": \(thread + 1), "
        + "\"args\": {\"name\": \"thread \(thread + 1)\"}}"
    }
    let ranges = events.lazy.map { range($0, from: origin) }
    return [AnySequence(head), AnySequence(names), AnySequence(ranges), AnySequence(["]}"])].joined()
  }

  /// A span as a complete event; after one in no other, the memory then held.
  private func range(_ event: ProfileEvent, from origin: Int64) -> String {
    let work = tree.nodes[event.node].work
    var details: [String] = []
    if !work.modulePath.isEmpty { details.append("\"module\": \(quoted(work.modulePath))") }
    if event.bytes > 0 { details.append("\"bytes\": \(event.bytes)") }
    if let count = event.floatingPointOperations, event.nanoseconds > 0 {
      let rate = NumberText.fixed(Double(count) / Double(event.nanoseconds), 2)
      details.append("\"floating-point operations\": \(count), \"GFLOP/s\": \(rate)")
    }
    let (start, end) = (event.start - origin, event.start - origin + event.nanoseconds)
    let memory =
      ",{\"name\": \"memory of tensors\", \"ph\": \"C\", \"pid\": 1, \"ts\": \(microseconds(end)), "
      + "\"args\": {\"bytes\": \(event.live)}}"
    return ",{\"name\": \(quoted(work.name)), \"cat\": \"\(work.kind.category)\", \"ph\": \"X\", \"pid\": 1, "
      + "\"tid\": \(event.thread + 1), \"ts\": \(microseconds(start)), \"dur\": \(microseconds(event.nanoseconds)), "
      + "\"args\": {\(details.joined(separator: ", "))}}" + (work.kind == .operation ? "\n" + memory : "")
  }

  /// With all digits, so that ranges nest exactly.
  private func microseconds(_ nanoseconds: Int64) -> String {
    let rest = String(nanoseconds % 1000)
    return "\(nanoseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }

  /// A text as JSON writes it.
  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension ProfileWork.Kind {
  fileprivate var category: String {
    switch self {
    case .operation: "operation"
    case .rule: "gradient"
    case .walk: "backward"
    case .range: "range"
    }
  }
}
