/// An expression. Chains (sums, comparisons, attributes one after another) are lists, so that a long one is not deep.
indirect enum Expression: Sendable {
  case constant(TemplateValue)
  /// A variable, by its number among the template's names.
  case name(Int)
  case list([Expression])
  case tuple([Expression])
  case dictionary([(Expression, Expression)])
  case not(Expression)
  case sign(Expression, isNegative: Bool, TemplatePosition)
  case and([Expression])
  case or([Expression])
  case conditional(Expression, test: Expression, otherwise: Expression?, line: Int)
  case chain(Expression, [BinaryStep])
  case concatenation([Expression])
  case comparison(Expression, [ComparisonStep])
  case postfix(Expression, [PostfixStep])
}

struct BinaryStep: Sendable {
  enum Kind: String, Sendable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case floorDivide = "//"
    case remainder = "%"
    case power = "**"
  }

  let kind: Kind
  let operand: Expression
  let position: TemplatePosition
}

struct ComparisonStep: Sendable {
  enum Kind: String, Sendable {
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case within = "in"
    case notWithin = "not in"
  }

  let kind: Kind
  let operand: Expression
  let position: TemplatePosition
}

/// What may follow a value: an attribute, an index, a call, a filter, a test.
struct PostfixStep: Sendable {
  enum Kind: Sendable {
    case attribute(String)
    case index(Expression)
    case slice(Expression?, Expression?, Expression?)
    case call(CallArguments)
    /// A filter with its name as written; the filter is nil where there is none of the name.
    case filter(TemplateFilter?, String, CallArguments)
    case test(TemplateTest?, String, CallArguments, isNegated: Bool)
  }

  let kind: Kind
  let position: TemplatePosition
}

struct CallArguments: Sendable {
  var positional: [Expression] = []
  var keywords: [(String, Expression)] = []
  var spread: Expression?
  var keywordSpread: Expression?
}

/// What a value is assigned to.
indirect enum AssignmentTarget: Sendable {
  case name(Int)
  case tuple([AssignmentTarget])
  case namespace(Int, attribute: String, TemplatePosition)
}

indirect enum Statement: Sendable {
  case text(String)
  case output(Expression, TemplatePosition)
  case branches([(Expression, [Statement])], otherwise: [Statement])
  case loop(LoopDefinition)
  case assign(AssignmentTarget, Expression, TemplatePosition)
  case capture(AssignmentTarget, filters: [PostfixStep], body: [Statement], scope: Int)
  case with([(AssignmentTarget, Expression)], body: [Statement], scope: Int)
  case macro(MacroDefinition, name: Int)
  case call(Expression, MacroDefinition)
  case generation(body: [Statement], scope: Int)
  case filter([PostfixStep], body: [Statement], scope: Int)
  case leave(isBreak: Bool)
  case unsupported(String, TemplatePosition)
}

struct LoopDefinition: Sendable {
  let target: AssignmentTarget
  let items: Expression
  let condition: Expression?
  let body: [Statement]
  let otherwise: [Statement]
  let isRecursive: Bool
  /// Whether the body mentions the variable `loop`.
  let usesLoop: Bool
  let position: TemplatePosition
  /// The scopes of the body, of the condition and of the `else` part.
  let scope: Int
  let conditionScope: Int
  let otherwiseScope: Int
}

struct MacroDefinition: Sendable {
  let name: String?
  let parameters: [(name: Int, text: String)]
  let defaults: [Expression]
  let body: [Statement]
  /// The variables that a macro has without naming them, where it mentions them.
  let implicit: Set<String>
  let scope: Int
  let position: TemplatePosition

  /// The default value of a parameter, where it has one.
  func defaultValue(of parameter: Int) -> Expression? {
    let place = parameter - (parameters.count - defaults.count)
    return place >= 0 ? defaults[place] : nil
  }
}
