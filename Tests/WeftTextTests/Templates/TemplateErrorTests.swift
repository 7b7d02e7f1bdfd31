import Testing
import WeftText

@Suite struct TemplateErrorTests {
  func error(_ template: String, limits: TemplateLimits = TemplateLimits()) -> TemplateError? {
    do {
      _ = try Template(template, limits: limits).render(["s": "text", "l": [1, 2]])
      return nil
    } catch { return error }
  }

  @Test(arguments: [
    (
      "a\n{{ s | nope }}",
      "chat template, line 2, column 6: expected the name of a filter, found 'nope' [template.syntax]"
    ),
    (
      "{% if s %}",
      "chat template, line 1, column 11: expected '{% elif %}' or '{% else %}' or '{% endif %}', "
        + "found the end of the template [template.syntax]"
    ),
    (
      "\n {{ missing.x }}",
      "chat template, line 2, column 12: expected a value that exists, found 'missing' is undefined [template.undefined]"
    ),
    (
      "{{ raise_exception('No roles!') }}",
      "chat template, line 1, column 19: the template refuses the conversation: No roles! [template.raised]"
    ),
    (
      "{{ l.append(1) }}",
      "chat template, line 1, column 12: expected an attribute that templates may use, "
        + "found access to attribute 'append' of 'list' object is unsafe. [template.unsafe]"
    ),
    (
      "{{ 9223372036854775807 + 1 }}",
      "chat template, line 1, column 24: expected whole numbers of 64 bits, "
        + "found a result beyond them [template.overflow]"
    ),
    (
      "{{ range(10 ** 9) }}",
      "chat template, line 1, column 9: expected at most 100000 (TemplateLimits.items), "
        + "found a longer range; raise TemplateLimits.items [template.limit-exceeded]"
    ),
  ])
  func errorsSayWhereAndWhat(template: String, message: String) {
    #expect(error(template)?.description == message)
  }

  @Test func raisedMessagesStandAlone() {
    #expect(error("{{ raise_exception('No ' ~ s) }}")?.raisedMessage == "No text")
  }

  @Test(arguments: [
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "{% macro f(n) %}{% for i in l %}{% if i %}{{ [f(n + 1)] }}{% endif %}{% endfor %}{% endmacro %}{{ f(0) }}",
    "{% for i in l recursive %}{{ loop(l) }}{% endfor %}",
    "{{ 'a' * 10 ** 12 }}", "{{ [0] * 10 ** 9 }}", "{{ 'ab'|replace('', 'x' * 60000000) }}",
    "{% set ns = namespace(t='ab') %}{% for i in range(99) %}{% set ns.t = ns.t * 2 %}{% endfor %}",
    "{% set ns = namespace(t=[]) %}{% for i in range(9999) %}{% set ns.t = [ns.t] %}{% endfor %}",
    "{% set ns = namespace(t=[1]) %}{% for i in range(99) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}",
    "{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}",
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% set a = 'a' * 10 ** 6 %}{% set b = 'a' * 10 ** 6 %}{% for i in range(99999) %}{{ a == b }}{% endfor %}",
    "{% set a = ['a' * 10 ** 6] %}{% set b = ['a' * 10 ** 6] %}{% for i in range(99999) %}{{ a in [b, b] }}{% endfor %}",
    "{{ '%1000000000d' % 1 }}", "{{ '{:>1000000000}'.format(1) }}", "{{ 'a'|center(10 ** 10) }}",
    "{{ 'a'|indent(10 ** 10) }}", "{{ ''.join(range(9)|map('string')|list * 99999) }}", "{{ '%.999999f' % 1 }}",
  ])
  func hostileTemplatesMeetLimits(template: String) {
    var limits = TemplateLimits()
    limits.steps = 200_000
    limits.textBytes = 1 << 20
    #expect(error(template, limits: limits)?.code == .limitExceeded)
  }

  /// Texts of 100 GB are refused before they are made.
  @Test(arguments: [
    "{{ ''.join([a] * 99999) }}", "{{ ([a] * 99999)|join }}",
    "{{ (range(99999)|list)|join(a) }}", "{{ a.join('b' * 99999) }}", "{{ ([['k', a]] * 99999)|urlencode }}",
    "{{ ('%(k)s' * 99999) % {'k': a} }}", "{{ ('{0}' * 99999).format(a) }}", "{{ ('{0:>9}' * 99999).format(a) }}",
    "{{ [a] * 99999 }}", "{{ ([a] * 99999)|string }}", "{{ ([a] * 99999)|tojson }}",
    "{{ (range(99999)|list)|tojson(separators=(a, a)) }}",
  ])
  func textsAreNotMadeBeforeTheyAreRefused(expression: String) {
    #expect(error("{% set a = 'a' * 10 ** 6 %}" + expression)?.code == .limitExceeded)
  }

  /// A search that begins anew at each place would take minutes here.
  @Test func partsOfLongTextsAreFoundInOnePass() throws {
    let template = """
      {% set text = 'a' * 10 ** 6 %}{% set part = 'a' * 10 ** 5 + 'b' %}\
      {{ part in text }} {{ text.find(part) }} {{ text.rfind('b' + part) }} {{ text.split(part)|length }} \
      {{ (text + part).rfind(part) }} {{ 'a,b,,c'.rsplit(',', 2) }} {{ 'xaax'.rfind('') }}
      """
    #expect(try Template(template).render([:]) == "False -1 -1 1 1000000 ['a,b', '', 'c'] 4")
  }

  @Test(arguments: ["(", "[", "{1:", "-", "{{", "not ", "a(", "a[", "1 if 1 else ", "x is eq ", "{% if 1 %}", "l|f("])
  func deepTextsMeetTheLimitOfNesting(part: String) {
    let deep = String(repeating: part, count: 5_000)
    let text = part.hasPrefix("{%") ? deep : "{{ " + deep + " }}"
    #expect(error(text) != nil)
  }

  /// Numbers at the ends of the range, as Python takes them.
  @Test(arguments: [
    ("{{ (range(0, 9223372036854775807, 4611686018427387904)[:])|list|length }}", "2"),
    ("{{ '%.*s|' % (-1, 'abc') }}", "|"), ("{{ '%*d|' % (-3, 5) }}", "5  |"),
    ("{{ '%.*f' % (-1000, 1.5) }}", "2"), ("{{ '%.*s|' % (-9223372036854775807 - 1, 'abc') }}", "|"),
    ("{{ 'a'.center(-9223372036854775807 - 1) }}", "a"), ("{{ 'a'.zfill(-9223372036854775807 - 1) }}", "a"),
  ])
  func extremeNumbers(template: String, result: String) throws {
    #expect(try Template(template).render([:]) == result)
  }

  @Test(arguments: [
    "{{ 1.5|round(-9223372036854775807 - 1) }}", "{{ 'a'|truncate(-9223372036854775807 - 1) }}",
    "{{ '%*d' % (-9223372036854775807 - 1, 5) }}",
  ])
  func extremeNumbersAreSurvived(template: String) {
    _ = error(template)
  }

  @Test func longChainsAreNotDeep() throws {
    let sum = Array(repeating: "1", count: 5_000).joined(separator: " + ")
    #expect(try Template("{{ \(sum) }}").render([:]) == "5000")
    let filters = String(repeating: "|string", count: 5_000)
    #expect(try Template("{{ 1\(filters) }}").render([:]) == "1")
  }

  @Test func everyPrefixOfATemplateIsRenderedOrRefused() {
    let families = TemplateGoldens.shared["families"].dictionary
    let bytes = Array((families["gpt-oss"]?["template"].stringValue ?? "").utf8)
    #expect(bytes.count > 4_000)
    for length in stride(from: 0, to: bytes.count, by: 61) {
      _ = error(String(decoding: bytes[..<length], as: UTF8.self))
      var changed = bytes
      changed[length] ^= 4
      _ = error(String(decoding: changed, as: UTF8.self))
    }
  }
}
