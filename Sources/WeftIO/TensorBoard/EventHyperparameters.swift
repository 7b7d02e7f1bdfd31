import Foundation

/// A setting of a run, as the page of hyperparameters compares them.
public enum Hyperparameter: Hashable, Sendable {
  /// A number.
  case number(Double)
  /// A word.
  case text(String)
  /// Yes or no.
  case flag(Bool)
}

extension Hyperparameter: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral
{
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(stringLiteral value: String) { self = .text(value) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension EventMessages {
  /// The three events of a run's settings: what there is to compare, this run's values, and its end. (They are the
  /// messages of TensorBoard's hparams plugin; its map of values holds those of struct.proto.)
  static func hyperparameters(_ settings: [String: Hyperparameter], metrics: [String]) -> [[UInt8]] {
    let names = settings.keys.sorted()
    let experiment = ProtobufWriter { message in
      for name in names {
        message.message(4) { info in
          info.text(1, name)
          info.integer(4, settings[name]?.kind ?? 0)
        }
      }
      for metric in metrics { message.message(5) { $0.message(1) { $0.text(2, metric) } } }
    }
    let start = ProtobufWriter { message in
      for name in names {
        message.message(1) { entry in
          entry.text(1, name)
          entry.message(2) { settings[name]?.write(&$0) }
        }
      }
      message.double(5, Date().timeIntervalSince1970)
    }
    let end = ProtobufWriter { $0.integer(1, 1) }
    return [("experiment", 2, experiment), ("session_start_info", 3, start), ("session_end_info", 4, end)].map {
      name, field, content in
      let data = ProtobufWriter { $0.data(field, content.bytes) }
      return summary("_hparams_/\(name)", step: nil) { plugin(&$0, "hparams", data.bytes) }
    }
  }
}

extension Hyperparameter {
  fileprivate var kind: Int {
    switch self {
    case .text: 1
    case .flag: 2
    case .number: 3
    }
  }

  fileprivate func write(_ message: inout ProtobufWriter) {
    switch self {
    case .number(let number): message.double(2, number)
    case .text(let text): message.text(3, text)
    case .flag(let flag): message.integer(4, flag ? 1 : 0)
    }
  }
}
