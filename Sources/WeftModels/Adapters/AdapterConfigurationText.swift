import Foundation
import WeftNN

extension AdapterConfiguration {
  /// `adapter_config.json` of settings, as PEFT reads it.
  ///
  /// - Parameters:
  ///   - layers: The layers that are adapted, by name, for targets that PEFT would choose by other rules.
  ///   - isTransposed: Whether the model's linear maps lie as [in, out] in its files.
  ///   - base: Where the model is from; nil where that is not to be said.
  static func text(_ lora: LoRA, layers: [String], isTransposed: Bool, base: String?) throws -> String {
    let entries = [
      ("peft_type", try json("LORA")), ("task_type", "null"), ("base_model_name_or_path", try json(base)),
      ("r", try json(lora.rank)), ("lora_alpha", number(lora.alpha)), ("lora_dropout", number(lora.dropout)),
      ("target_modules", try json(lora.targets, layers)), ("exclude_modules", try json(lora.excluded, [])),
      ("modules_to_save", lora.modulesToSave.isEmpty ? "null" : try json(lora.modulesToSave)),
      ("use_rslora", "\(lora.isRankStabilized)"), ("use_dora", "\(lora.learnsMagnitude)"),
      ("lora_bias", "\(lora.hasBias)"),
      ("rank_pattern", object(try lora.rankPattern.map { (try json($0.pattern), "\($0.rank)") })),
      ("alpha_pattern", object(try lora.alphaPattern.map { (try json($0.pattern), number($0.alpha)) })),
      ("init_lora_weights", lora.start == .gaussian ? "\"gaussian\"" : "true"),
      ("fan_in_fan_out", "\(isTransposed)"), ("bias", try json("none")), ("inference_mode", "true"),
    ]
    return "{\n" + entries.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n") + "\n}\n"
  }

  private static func json(_ targets: AdapterTargets?, _ layers: [String]) throws -> String {
    switch targets {
    case nil: "null"
    case .names(let names): try json(names)
    case .pattern(let pattern): try json(pattern)
    case .allLinear: try json(layers)
    }
  }

  /// Whole numbers without a point: PEFT's alphas are such.
  private static func number(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }

  private static func object(_ entries: [(key: String, value: String)]) -> String {
    "{" + entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
  }

  private static func json(_ value: (some Encodable)?) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
