import Testing
import WeftText

/// What lives in a rendering alone: when two of them are equal, and how they print, as in Python.
@Suite struct TemplateObjectTests {
  private static let variables: TemplateDictionary = [
    "d": ["a": 1, "b": 2], "people": [["city": "Rome", "name": "A"], ["city": "Oslo", "name": "B"]],
  ]

  @Test(arguments: [
    ("range(3) == range(0, 3)", "True"), ("range(3) == range(4)", "False"), ("range(3) == [0, 1, 2]", "False"),
    ("range(0, 3, 2) == range(0, 4, 2)", "True"),
    ("d.keys() == d.keys()", "True"), ("d.keys() == d.items()", "False"),
    ("d.items() == d.items()", "True"), ("d.values() == d.values()", "False"),
    ("'a'.upper == 'a'.upper", "True"), ("'a'.upper == 'b'.upper", "False"), ("'a'.upper == 'a'.lower", "False"),
    ("(people|groupby('city')|list) == (people|groupby('city')|list)", "True"),
    ("namespace(a=1) == namespace(a=1)", "False"),
  ])
  func areEqualAsInPython(expression: String, expected: String) throws {
    #expect(try Template("{{ \(expression) }}").render(Self.variables) == expected)
  }

  @Test func sameObjectsAreEqual() throws {
    let text = "{% set v = d.values() %}{% set n = namespace() %}{{ v == v }} {{ n == n }}"
    #expect(try Template(text).render(Self.variables) == "True True")
  }

  @Test func printAsInPython() throws {
    let text = "{{ range(3) }} {{ range(1, 9, 2) }} {{ d.keys() }} {{ d.items() }} {{ namespace(a=[1]) }}"
    #expect(
      try Template(text).render(Self.variables)
        == "range(0, 3) range(1, 9, 2) dict_keys(['a', 'b']) dict_items([('a', 1), ('b', 2)]) <Namespace {'a': [1]}>")
  }
}
