import WeftNN
import WeftTensor
import WeftText

/// What PEFT's `adapter_config.json` says of an adapter.
enum AdapterConfiguration {
  static let fileName = "adapter_config.json"

  /// What starts a name of `init_lora_weights` that changes the model's own weights: those of the file do not fit them.
  private static let changing = ["pissa", "olora", "corda", "loftq", "lora_ga", "mica"]

  /// The settings that a file states.
  ///
  /// - Throws: `ModelError` for another kind of adapter, a variant of LoRA that is not known, and settings that cannot be.
  static func lora(_ settings: ModelConfiguration) throws(ModelError) -> LoRA {
    try refuseVariants(settings)
    let start = try startName(settings)
    let ranks = try settings.part(optional: "rank_pattern")
    let alphas = try settings.part(optional: "alpha_pattern")
    var rankPattern: [(pattern: String, rank: Int)] = []
    for key in ranks?.keys ?? [] { rankPattern.append((key, try ranks?.integer(key) ?? 0)) }
    var alphaPattern: [(pattern: String, alpha: Double)] = []
    for key in alphas?.keys ?? [] { alphaPattern.append((key, try alphas?.number(key) ?? 0)) }
    guard var targets = try targets(settings, "target_modules") else {
      throw settings.failure("target_modules", expected: "names of modules, or a regular expression")
    }
    if let layers = try AdaptedLayerNumbers(settings) { targets = try layers.within(targets, settings) }
    do {
      return try LoRA(
        rank: try settings.integer("r", default: 8), alpha: try settings.number("lora_alpha", default: 8),
        dropout: try settings.number("lora_dropout", default: 0), targets: targets,
        excluded: try self.targets(settings, "exclude_modules"),
        modulesToSave: try settings.texts("modules_to_save") ?? [],
        isRankStabilized: try settings.flag("use_rslora", default: false), rankPattern: rankPattern,
        alphaPattern: alphaPattern, start: start, learnsMagnitude: try settings.flag("use_dora", default: false),
        hasBias: try settings.flag("lora_bias", default: false))
    } catch let error as ModelError {
      throw error
    } catch {
      throw ModelError(.badValue, file: settings.file, expected: "settings of LoRA that can be", found: "\(error)")
    }
  }

  private static func targets(
    _ settings: ModelConfiguration, _ key: String
  ) throws(ModelError) -> AdapterTargets? {
    if case .text(let text)? = settings.value(key) { return AdapterTargets(text: text) }
    return try settings.texts(key).map { .names($0) }
  }

  /// What changes what an adapter computes, and is not here.
  private static func refuseVariants(_ settings: ModelConfiguration) throws(ModelError) {
    _ = try settings.choice("peft_type", of: [("LORA", true)])
    for key in ["use_qalora", "use_bdlora"] where settings.has(key) {
      if case .boolean(false)? = settings.value(key) { continue }
      throw settings.failure(key, .unsupported, expected: "false")
    }
    for key in [
      "layer_replication", "trainable_token_indices", "target_parameters", "alora_invocation_tokens", "arrow_config",
      "megatron_config",
    ] where settings.has(key) {
      if case .array(let values)? = settings.value(key), values.isEmpty { continue }
      throw settings.failure(key, .unsupported, expected: "null")
    }
  }

  /// Refuses biases of the model itself that learned with an adapter. Where its layers have none, as Llama's, the setting
  /// says nothing.
  ///
  /// - Parameter names: What the adapter's file holds.
  static func refuseBiases(
    _ settings: ModelConfiguration, _ lora: LoRA, in names: [String]
  ) throws(ModelError) {
    let kind = try settings.choice("bias", of: ["none", "all", "lora_only"].map { ($0, $0) }, default: "none")
    if kind == "none" { return }
    let learned = names.first { name in
      name.hasSuffix(".bias") && !name.hasSuffix(".lora_B.bias")
        && !lora.modulesToSave.contains { name.contains(".\($0).") }
    }
    guard let learned else { return }
    throw settings.failure(
      "bias", .unsupported, expected: "none, or a file without biases of the model",
      found: "\"\(kind)\" and \"\(learned)\"")
  }

  private static func startName(_ settings: ModelConfiguration) throws(ModelError) -> LoRA.Start {
    guard case .text(let name)? = settings.value("init_lora_weights") else { return .even }
    if changing.contains(where: name.lowercased().hasPrefix) {
      throw settings.failure(
        "init_lora_weights", .unsupported, expected: "a start that leaves the model's weights as they are",
        found: "\"\(name)\"", hint: "PEFT can save it as plain LoRA: `path_initial_model_for_weight_conversion`")
    }
    return name == "gaussian" ? .gaussian : .even
  }
}
