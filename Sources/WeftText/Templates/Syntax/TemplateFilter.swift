/// The filters of the language: what may follow `|`.
enum TemplateFilter: String, CaseIterable, Sendable {
  case abs, attr, batch, capitalize, center, count, d, dictsort, e, escape, filesizeformat, first, float, forceescape
  case format, groupby, indent, int, join, last, length, list, lower, items, map, min, max, pprint, random, reject
  case rejectattr, replace, reverse, round, safe, select, selectattr, slice, sort, string, striptags, sum, title, trim
  case truncate, unique, upper, urlencode, urlize, wordcount, wordwrap, xmlattr, tojson
  case fallback = "default"
}
