"""Small templates, written out and drawn at random, for a comparison of Weft's templates with jinja2.

`make_template_goldens.py` renders them and keeps some; this file only makes them.
"""

import random

VARIABLES = {
    "s": "Hello, World",
    "u": "Grüße, Straße ΑΣ 日本 😀",
    "e": "",
    "w": "  two  words\n",
    "n": 7,
    "z": 0,
    "m": -3,
    "f": 2.5,
    "t": True,
    "g": False,
    "no": None,
    "l": [3, 1, 2],
    "ls": ["b", "A", "c", "a"],
    "em": [],
    "d": {"b": 1, "a": "x", "c": None},
    "p": [{"k": 1, "r": "x"}, {"k": 2, "r": "y"}, {"k": 1}],
    "x": {"y": {"z": [10, 20, {"q": "deep"}]}},
}

# Written by hand: what templates do, and corners of it.
WRITTEN = [
    "{{ s }}|{{ missing }}|{{ no }}|{{ t }}|{{ l }}|{{ d }}|{{ f }}|{{ p }}",
    "{% if missing %}a{% elif z %}b{% elif s %}c{% else %}d{% endif %}",
    "{% for i in l %}{{ loop.index }}/{{ loop.length }}:{{ i }}{{ ',' if not loop.last }}{% endfor %}",
    "{% for i in l if i > 1 %}{{ loop.index }}:{{ i }}/{{ loop.length }} {% else %}none{% endfor %}",
    "{% for i in em %}x{% else %}none{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}",
    "{% for k, v in d|dictsort %}{{ k }}={{ v }};{% endfor %}",
    "{% for k in d %}{{ k }}{% endfor %}",
    "{% for a in l %}{% for b in ls %}{{ loop.index0 }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for a in l %}{{ loop.previtem }}<{{ a }}>{{ loop.nextitem }} {% endfor %}",
    "{% for a in l %}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }} {% endfor %}",
    "{% for a in l %}{{ loop.cycle('x', 'y') }}{% endfor %}",
    "{% for a in [1,1,2,2,1] %}{{ loop.changed(a) }} {% endfor %}",
    "{% for a in l %}{% if a == 1 %}{% continue %}{% endif %}{{ a }}{% endfor %}",
    "{% for a in l %}{% if a == 1 %}{% break %}{% endif %}{{ a }}{% else %}E{% endfor %}",
    "{% for a in [1] %}{% continue %}{% else %}E{% endfor %}",
    "{% for a in x recursive %}{{ a }}{% if x[a] is mapping %}{{ loop(x[a]) }}{% endif %}{% endfor %}",
    "{% for a in [[1,[2]],[3]] recursive %}{% if a is iterable %}<{{ loop(a) }}>{% else %}{{ a }}@{{ loop.depth }}{% endif %}{% endfor %}",
    "{% set q = 1 %}{% for a in l %}{% set q = q + a %}{{ q }}{% endfor %}{{ q }}",
    "{% set ns = namespace(v=0, w='') %}{% for a in l %}{% set ns.v = ns.v + a %}{% set ns.w = ns.w ~ a %}{% endfor %}{{ ns.v }}{{ ns.w }}{{ ns }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}{% set a, b = b, a %}{{ a }}{{ b }}",
    "{% set q %}  text {{ s }} {% endset %}[{{ q }}]{{ q|length }}",
    "{% set q | upper | replace('L', '_') %}text {{ s }}{% endset %}{{ q }}",
    "{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}{{ m() }}{{ m(1, 2, 3) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, k=3) }}{{ m() }}",
    "{% macro m(a) %}{{ caller('!') }}{{ a }}{% endmacro %}{% call(z) m(5) %}in{{ z }}{% endcall %}",
    "{% macro r(v) %}{% if v is mapping %}{{ '{' }}{% for k, w in v.items() %}{{ k }}:{{ r(w) }}{% endfor %}{{ '}' }}{% elif v is string %}{{ v }}{% elif v is iterable %}{% for w in v %}{{ r(w) }},{% endfor %}{% else %}{{ v }}{% endif %}{% endmacro %}{{ r(x) }}{{ r(p) }}",
    "{% macro m(a) %}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m }}",
    "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{% endmacro %}{{ m(q=2) }}",
    "{{ q }}{% set q = 1 %}{{ q }}",
    "{% macro f() %}{{ q }}{% endmacro %}{{ f() }}{% set q = 1 %}{{ f() }}",
    "{% macro f() %}{{ s }}{% endmacro %}{{ f() }}{% set s = 1 %}{{ f() }}",
    "{% for a in l %}{{ s }}{% endfor %}{% set s = 1 %}{{ s }}",
    "{% if t %}{% set s = 1 %}{% endif %}{{ s }}",
    "{% if g %}{% set s = 1 %}{% endif %}{{ s }}",
    "{% for a in l %}{% if loop.first %}{% set y = a %}{% endif %}{{ y }}{% endfor %}",
    "{% for a in l %}{% macro q() %}{{ a }}{% endmacro %}{{ q() }}{% endfor %}",
    "{% filter upper %}a{{ s }}{% endfilter %}",
    "{% filter replace('l', 'L') | trim %} a{{ s }} {% endfilter %}",
    "{% with a = 1, b = n %}{{ a }}{{ b }}{% endwith %}{{ a }}",
    "{% raw %}{{ x }}{% if %}{% endraw %}!",
    "a{# comment {{ x }} #}b",
    "  {% if t %}\n  x\n  {% endif %}\n y",
    "  {%- if t -%}\n  x\n  {%- endif +%}\n y",
    "  {%+ if t %}\n  x\n  {% endif %}\n y",
    "a\n  {# c #}\n  b\n{#- d -#}\n c",
    "{{ s }}\n{{ s -}}\n  {{- s }}\n\n",
    "a\r\nb\rc\n",
    "{% raw %}\n  a\n{% endraw %}\nb",
    "{%- raw -%}\n  a\n  {%- endraw -%}\nb",
    "{{ 'a' 'b' \"c\" }}{{ 'it\\'s' }}{{ \"q\\\"\\n\\t\\x41\\u00e9\\\\\" }}",
    "{{ 'a\\qb' }}{{ '\\101' }}",
    "{{ ['it\\'s', \"q\\\"\", 'both\\'\"', '\\n\\t\\x00\\x7f\\u200b\\u00e9'] }}",
    "{{ 1 + 2 * 3 - 4 / 2 }}{{ 7 // 2 }}{{ -7 // 2 }}{{ 7 % 3 }}{{ -7 % 3 }}{{ 2 ** 10 }}{{ 2 ** -1 }}{{ -2 ** 2 }}",
    "{{ 7.5 // 2 }}{{ -7.5 % 2 }}{{ 1e16 }}{{ 1e15 }}{{ 1e-5 }}{{ 0.0001 }}{{ 1.0 }}{{ 1e100 }}{{ 123456789.123 }}{{ 1.5e300 * 1e10 }}",
    "{{ 0x1F }}{{ 0b101 }}{{ 0o17 }}{{ 1_000 }}{{ 1_0.5_0 }}{{ 1e2 }}{{ 0 }}{{ 00 }}",
    "{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 1 == 1.0 == true }}{{ 'a' < 'b' }}{{ [1,2] < [1,3] }}{{ (1,) == [1] }}",
    "{{ 'a' in s }}{{ 'ello' in s }}{{ 'q' not in s }}{{ 1 in l }}{{ 'a' in d }}{{ 'x' in missing }}",
    "{{ z or 'x' }}{{ s and n }}{{ not z }}{{ em or no or 'q' }}{{ not not s }}{{ t and g }}",
    "{{ s[0] }}{{ s[-1] }}{{ s[1:4] }}{{ s[::-1] }}{{ s[::2] }}{{ s[-3:] }}{{ s[:-3] }}{{ s[100:] }}{{ s[100] }}",
    "{{ u[6] }}{{ u[-1] }}{{ u[::-1] }}{{ u|length }}{{ u|upper }}{{ u|lower }}{{ u|title }}{{ u|capitalize }}",
    "{{ l[::-1] }}{{ l[1:] }}{{ l[:1] }}{{ l[-1] }}{{ l[5] }}{{ l[0:3:2] }}{{ l[2:0:-1] }}{{ l[:] }}",
    "{{ d['a'] }}{{ d.a }}{{ d['q'] }}{{ d.q }}{{ d.get('a') }}{{ d.get('q') }}{{ d.get('q', 5) }}",
    "{{ x.y.z[2].q }}{{ x['y']['z'][0] }}{{ x.y.z.1 }}",
    "{{ missing.attr }}",
    "{{ missing['attr'] }}",
    "{{ d.q.r }}",
    "{{ no.attr }}",
    "{{ no.attr.b }}",
    "{{ missing + 1 }}",
    "{{ missing() }}",
    "{{ s() }}",
    "{{ 1 / 0 }}",
    "{{ 1 % 0 }}",
    "{{ 'a' + 1 }}",
    "{{ 1 < 'a' }}",
    "{{ l.append(1) }}",
    "{{ d.update({}) }}",
    "{{ d.pop('a') }}",
    "{{ s.__class__ }}",
    "{{ s.__class__.x }}",
    "{{ d._x }}{{ {'_x': 1}._x }}",
    "{{ raise_exception('bad: ' ~ n) }}",
    "{{ range(5) }}{{ range(5)|list }}{{ range(2, 8, 3)|list }}{{ range(5, 0, -2)|list }}{{ range(3)[1] }}{{ range(3)|length }}",
    "{{ range(1000000) }}",
    "{{ dict(a=1, b=2) }}{{ dict({'x': 1}, y=2) }}{{ dict([('a', 1)]) }}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}",
    "{% set j = joiner('|') %}{% for a in l %}{{ j() }}{{ a }}{% endfor %}",
    "{{ strftime_now('%d %b %Y') }}{{ strftime_now('%Y-%m-%d %H:%M:%S %A %B %j %p %I %y %-d %e') }}",
    "{{ d|tojson }}{{ p|tojson }}{{ u|tojson }}{{ f|tojson }}{{ no|tojson }}{{ t|tojson }}{{ '<a href=\"x\">\\n\\u0001'|tojson }}",
    "{{ d|tojson(indent=2) }}{{ p|tojson(indent=4) }}{{ [] |tojson(indent=2) }}{{ {}|tojson(indent=2) }}{{ x|tojson(indent='-') }}",
    "{{ d|tojson(sort_keys=true) }}{{ d|tojson(separators=(',', ':')) }}{{ u|tojson(ensure_ascii=true) }}{{ {1: 2, none: 3, true: 4, 1.5: 2}|tojson }}",
    "{{ missing|tojson }}",
    "{{ (1, 2)|tojson }}{{ range(3)|tojson }}",
    "{{ s is defined }}{{ missing is defined }}{{ missing is undefined }}{{ no is none }}{{ s is string }}{{ d is mapping }}{{ l is iterable }}{{ s is iterable }}{{ d is sequence }}{{ n is number }}{{ t is number }}{{ t is integer }}{{ n is integer }}{{ f is float }}{{ t is boolean }}",
    "{{ n is odd }}{{ n is even }}{{ n is divisibleby 7 }}{{ n is eq 7 }}{{ n is gt 3 }}{{ n is not lt(3) }}{{ s is in ['a', s] }}{{ 'a' is lower }}{{ 'A' is upper }}{{ t is true }}{{ t is sameas true }}{{ n is sameas 7 }}{{ range is callable }}{{ missing is none }}",
    "{{ 'trim' is filter }}{{ 'nope' is filter }}{{ 'odd' is test }}{{ s is escaped }}",
    "{{ s|nope }}",
    "{% if g %}{{ s|nope }}{% endif %}ok",
    "{% if t %}{{ s|nope }}{% endif %}ok",
    "{{ s is nope }}",
    "{{ w|trim }}|{{ w.strip() }}|{{ w.lstrip() }}|{{ w.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'|trim('ab') }}",
    "{{ s.split(',') }}{{ s.split() }}{{ w.split() }}{{ 'a,b,c'.split(',', 1) }}{{ 'a,b,c'.rsplit(',', 1) }}{{ ' a b  c '.split(none, 1) }}{{ ' a b  c '.rsplit(none, 1) }}{{ 'abc'.split('') }}",
    "{{ 'a</think>b'.split('</think>')[-1].lstrip('\\n') }}{{ 'a</think>b'.split('</think>')[0].split('<think>')[-1] }}",
    "{{ s.startswith('He') }}{{ s.endswith(('x', 'ld')) }}{{ s.startswith('e', 1) }}{{ s.find('o') }}{{ s.rfind('o') }}{{ s.find('q') }}{{ s.count('l') }}{{ s.index('W') }}",
    "{{ s.index('q') }}",
    "{{ s.replace('l', 'L') }}{{ s.replace('l', 'L', 1) }}{{ 'ab'.replace('', '-') }}{{ s|replace('o', 0) }}{{ s|replace('l', 'L', 2) }}",
    "{{ ','.join(ls) }}{{ ls|join('-') }}{{ l|join }}{{ p|join(',', attribute='r') }}{{ u.title() }}{{ u.upper() }}{{ \"it's a dog's\".title() }}{{ \"it's a dog's\"|title }}",
    "{{ ','.join(l) }}",
    "{{ 'a\\nb\\r\\nc\\x0bd'.splitlines() }}{{ 'a\\nb'.splitlines(true) }}{{ 'prefix-x'.removeprefix('prefix-') }}{{ 'x.txt'.removesuffix('.txt') }}",
    "{{ '12'.isdigit() }}{{ 'ab'.isalpha() }}{{ 'a1'.isalnum() }}{{ ' '.isspace() }}{{ 'A'.isupper() }}{{ 'a'.islower() }}{{ 'Ab'.istitle() }}{{ '½'.isnumeric() }}{{ '²'.isdigit() }}{{ ''.isdigit() }}",
    "{{ 'a-b'.partition('-') }}{{ 'a-b-c'.rpartition('-') }}{{ 'ab'.partition('-') }}{{ 'ab'.center(7, '*') }}{{ 'ab'.ljust(5) }}|{{ 'ab'.rjust(5, '.') }}{{ '-7'.zfill(5) }}{{ 'aB'.swapcase() }}{{ 'abc'|center(8) }}|",
    "{{ '{} {}'.format(1, 'a') }}{{ '{0}{1}{0}'.format('x', 'y') }}{{ '{a:>5}|{b:<4}|{c:^7}'.format(a=1, b='z', c='mid') }}{{ '{:.2f} {:05d} {:,} {:x} {:e} {:%}'.format(3.14159, 42, 1234567, 255, 1234.5, 0.25) }}{{ '{{}}{!r}'.format('x') }}",
    "{{ '%s-%d-%5.2f-%r-%%' % (s, n, f, 'x') }}{{ '%s' % s }}{{ '%05d|%-5s|%+d|%x' % (42, 'a', 5, 255) }}{{ '%(a)s' % {'a': 1} }}{{ '%s, %s!'|format('Hi', s) }}",
    "{{ '%s %s' % s }}",
    "{{ '%s' % (1, 2) }}",
    "{{ l|sort }}{{ ls|sort }}{{ ls|sort(case_sensitive=true) }}{{ l|sort(reverse=true) }}{{ p|sort(attribute='k') }}{{ [1, 'a']|sort }}",
    "{{ l|first }}{{ l|last }}{{ em|first }}{{ s|first }}{{ s|last }}{{ d|first }}{{ l|length }}{{ d|count }}{{ s|length }}{{ missing|length }}",
    "{{ l|sum }}{{ p|sum(attribute='k') }}{{ l|max }}{{ l|min }}{{ ls|max }}{{ em|max }}{{ p|max(attribute='k') }}{{ [1.5, 2]|sum }}",
    "{{ l|reverse|list }}{{ s|reverse }}{{ d|reverse|list }}{{ [1,1,2]|unique|list }}{{ ['a','A','b']|unique|list }}",
    "{{ p|map(attribute='k')|list }}{{ p|map(attribute='r', default='-')|list }}{{ ls|map('upper')|list }}{{ ls|map('replace', 'a', 'z')|list }}{{ p|map(attribute='r')|list }}{{ l|map('string')|join(',') }}",
    "{{ l|select('odd')|list }}{{ l|reject('odd')|list }}{{ l|select('gt', 1)|list }}{{ [0, 1, '']|select|list }}{{ p|selectattr('r')|list }}{{ p|selectattr('k', 'equalto', 1)|list }}{{ p|rejectattr('r', 'defined')|list }}{{ p|selectattr('k', '==', 2)|map(attribute='r')|first }}",
    "{% set q = p|selectattr('k', '==', 1) %}{{ q|list|length }}{{ q|list|length }}",
    "{% set q = p|selectattr('k', '==', 1) %}{{ q|length }}",
    "{% if em|select %}true{% endif %}",
    "{{ missing|default('x') }}{{ no|default('x') }}{{ e|default('x', true) }}{{ missing|d }}{{ d.q|default(n) }}{{ em|default('e', boolean=true) }}",
    "{{ '42'|int }}{{ '4.7'|int }}{{ 'x'|int }}{{ 'x'|int(5) }}{{ '0x1f'|int(0, 16) }}{{ f|int }}{{ '2.5'|float }}{{ 'x'|float }}{{ n|float }}{{ m|abs }}{{ ' 12 '|int }}{{ '1_000'|int }}{{ no|int(3) }}",
    "{{ 2.5|round }}{{ 3.5|round }}{{ 2.567|round(2) }}{{ 2.1|round(0, 'ceil') }}{{ 2.9|round(method='floor') }}{{ n|round }}{{ 1234|round(-2) }}{{ 42.55|round(1, 'floor') }}{{ 1234.5|round(-2) }}",
    "{{ 'a\\nb\\n\\nc'|indent }}|{{ 'a\\nb'|indent(2, true) }}|{{ 'a\\n\\nb'|indent(2, blank=true) }}|{{ 'a\\nb'|indent('> ') }}",
    "{{ 'foo bar baz qux'|truncate(9) }}{{ 'foo bar baz qux'|truncate(9, true) }}{{ 'foo bar baz qux'|truncate(11) }}{{ 'foo bar baz qux'|truncate(11, false, '...', 0) }}",
    "{{ l|batch(2)|list }}{{ l|batch(2, 'x')|list }}{{ l|slice(2)|list }}{{ l|slice(2, 'x')|list }}",
    "{% for g, i in p|groupby('k') %}{{ g }}:{{ i|length }} {% endfor %}{{ p|groupby('k') }}{{ (p|groupby('k')|first).grouper }}",
    "{{ '<a b=\"c\">&\\''|e }}{{ '<a>'|escape }}{{ '<b>x</b> y  z'|striptags }}{{ 'a b/c?d=é'|urlencode }}{{ {'a b': 'c/d'}|urlencode }}{{ 'one two, three'|wordcount }}{{ {'a': 1, 'b': none}|xmlattr }}",
    "{{ 1234567|filesizeformat }}{{ 1|filesizeformat }}{{ 999|filesizeformat }}{{ 1048576|filesizeformat(true) }}",
    "{{ d|items|list }}{{ missing|items|list }}{{ d.keys() }}{{ d.values() }}{{ d.items() }}{{ d.keys()|list }}{{ d.items()|length }}",
    "{{ d|attr('a') }}{{ s|attr('upper')() }}",
    "{{ 'x' if t else 'y' }}{{ 'x' if g }}{{ 'x' if g else 'y' if g else 'z' }}{{ ('a' if t else 'b') ~ 'c' }}",
    "{{ ('x' if g).foo }}",
    "{{ s ~ n ~ f ~ no ~ l ~ missing }}{{ 'a' * 3 }}{{ 3 * 'ab' }}{{ [0] * 3 }}{{ [1] + [2] }}{{ (1,) + (2,) }}{{ -n }}{{ +n }}{{ - f }}",
    "{{ {'a': 1, 2: 'b', (1, 2): [3], 1.5: none, true: 0} }}{{ () }}{{ (1,) }}{{ [] }}{{ {} }}",
    "{{ {[1]: 2} }}",
    "{{ {1: 'a'}[1.0] }}{{ {1: 'a'}[true] }}{{ d[l] }}",
    "{{ true }}{{ True }}{{ none }}{{ None }}{{ false }}{{ true + 1 }}{{ true == 1 }}{{ 'a' == 'a' }}{{ missing == missing2 }}{{ missing == none }}",
    "{{ 9223372036854775807 }}{{ n.real }}{{ n.foo }}",
    "{% generation %}a{{ s }}{% endgeneration %}b",
    "{% for a in l %}{% generation %}{{ a }}{% set y = a %}{% endgeneration %}{{ y }}{% endfor %}",
    "{% set x.y = 1 %}",
    "{% set d.y = 1 %}",
    "{% set ns = namespace() %}{% set ns._a = 1 %}",
    "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{{ ns.c }}{{ ns['a'] }}",
    "{% for loop in l %}{% endfor %}",
    "{% for a, b in l %}{% endfor %}",
    "{% for a in n %}{% endfor %}",
    "{% for a in missing %}x{% endfor %}y",
    "{% for a in no %}x{% endfor %}y",
    "{% for c in s %}{{ c }}.{% endfor %}",
    "{% break %}",
    "{% if t %}",
    "{% endif %}",
    "{% if t %}{% endfor %}",
    "{% nope %}",
    "{{ }}",
    "{{ s",
    "{{ 'abc }}",
    "{% raw %}x",
    "{# x",
    "{{ (1 }}",
    "{{ 1 ) }}",
    "{{ a b }}",
    "{{ s | }}",
    "{{ 5 is }}",
    "{{ f(a=1, 2) }}",
    "{{ f(**d, a=1) }}",
    "{% set 1 = 2 %}",
    "{% set true = 2 %}",
    "{{ @ }}",
    "{{ 1 if }}",
    "{% include 'x' %}",
    "{% print s, n %}",
    "{%if t%}a{%else%}b{%endif%}",
    "{%- for a in l -%} {{ a }} {%- endfor -%}",
    "{% for a in l -%}\n  {{ a }}\n{% endfor %}",
    "{{- s -}}   {{- s -}}",
    "{% set q = [] %}{% set q = q + [1] %}{% set q = q + [{'a': q}] %}{{ q }}",
    "{% macro a() %}{% for i in l %}{{ b(i) }}{% endfor %}{% endmacro %}{% macro b(i) %}<{{ i }}>{% endmacro %}{{ a() }}",
    "{% macro a(n) %}{{ n }}{% if n > 0 %}{{ a(n - 1) }}{% endif %}{% endmacro %}{{ a(5) }}",
    "{% call range(3) %}{% endcall %}",
    "{% autoescape true %}{{ s }}{% endautoescape %}",
    "{{ s|upper|lower|title|replace('h', 'j')|length }}",
    "{{ -1|abs }}{{ (-1)|abs }}{{ 1 - 2|abs }}{{ 'a' ~ 'b'|upper }}{{ not s is string }}{{ 1 + 1 is odd }}",
    "{{ s.upper().lower().title() }}{{ [s, n][0][1] }}{{ {'a': l}.a[0] }}{{ (l|sort)[0] }}{{ 'x'.join(['a', 'b']).upper() }}",
    "{{ 1 in [1] and 2 not in [1] }}{{ not 1 in [1] }}{{ 1 == 1 and 2 != 3 or false }}",
    "{{ n > 5 and n < 10 }}{{ 5 < n < 10 }}{{ n >= 7 <= 8 }}",
    "{% if s and (d.a is defined and d.a is not none) %}y{% endif %}",
    "{% set m2 = [{'role': 'user', 'content': 'x'}] %}{{ m2[0]['content'] }}{{ m2[-1].role }}{{ m2[1:] }}",
    "{{ l[n] is defined }}{{ d['zz'] is defined }}{{ missing.x is defined }}",
    "{% for m in p[::-1] %}{{ m.k }}{% endfor %}{% for m in p %}{% set i = (p|length - 1) - loop.index0 %}{{ i }}{% endfor %}",
    "{{ 'a' < 'B' }}{{ 'é' > 'z' }}{{ u == u }}{{ '\\u00e9' == 'e\\u0301' }}{{ 'e\\u0301'|length }}",
    "{{ 1.0|string }}{{ n|string + 'x' }}{{ l|string }}{{ none|string }}{{ t|lower }}{{ t|string|lower }}",
    "{{ d.items }}" if False else "{{ d.a.b }}",
    "{% for k, v in {'a': 1}.items() %}{{ loop.index }}{{ loop.length }}{{ k }}{{ v }}{% endfor %}",
    "{% for a in l|map('string') %}{{ a }}{{ loop.last }}{% endfor %}",
    "{% for a in p|map(attribute='k') %}{{ loop.length }}{{ a }}{% endfor %}",
    "{% set q = l|map('string') %}{% for a in q %}{{ a }}{% endfor %}{% for a in q %}{{ a }}{% endfor %}",
]

NUMBERS = ["n", "z", "m", "f", "t", "1", "2", "3", "0", "2.5", "10", "-1", "l[0]", "l|length", "s|length", "d.b"]
TEXTS = ["s", "u", "e", "w", "'a'", "'ab,c'", "'l'", "' x '", "ls[0]", "d.a", "'%s'", "'3'", "s[1:3]", "'Ab'"]
LISTS = ["l", "ls", "em", "p", "[1, 2]", "[s, n]", "l + ls", "(1, 2)", "range(3)", "ls|sort", "[[1, 2], [3]]", "s.split('o')"]
MAPS = ["d", "{'k': n}", "x.y", "p[0]", "{}", "{'a': l, 'b': s}"]
ODD = ["missing", "no", "d.q", "p[9]", "p[2].r", "missing or s"]
FILTERS = [
    "upper", "lower", "title", "trim", "capitalize", "length", "first", "last", "list", "string", "int", "float", "abs",
    "round", "sum", "min", "max", "sort", "join(',')", "tojson", "default('q')", "default('q', true)", "replace('l', 'X')",
    "reverse|list", "unique|list", "map('string')|list", "select|list", "reject|list", "select('string')|list",
    "map(attribute='k')|list", "selectattr('k')|list", "dictsort", "items|list", "batch(2)|list", "slice(2)|list", "e",
    "indent(2)", "tojson(indent=1)", "wordcount", "urlencode", "truncate(5, true)", "count", "d", "safe", "striptags",
    "center(9)", "groupby('k')|list", "map('upper')|join", "round(1)", "format(1)", "int(9)", "float(1.5)",
]
TESTS = [
    "defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "iterable", "sequence",
    "true", "false", "odd", "even", "divisibleby(2)", "eq(n)", "ne(1)", "lt(3)", "ge(2)", "in(l)", "in(s)", "lower",
    "upper", "callable", "sameas(none)", "not none", "not defined", "not string",
]
METHODS = [
    "upper()", "strip()", "split()", "split('l')", "startswith('H')", "endswith('x')", "replace('l', '')", "title()",
    "find('l')", "count('l')", "lstrip()", "rstrip('d')", "isdigit()", "isalpha()", "splitlines()", "get('a')",
    "get('zz', 1)", "items()|list", "keys()|list", "values()|list", "append(1)", "index(1)", "join(['a', 'b'])", "copy()",
    "nope()", "nope", "a", "k", "capitalize()", "rsplit(',', 1)", "isupper()", "removeprefix('H')",
]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or"]


def expression(random, depth):
    kind = random.random()
    if depth <= 0 or kind < 0.12:
        pool = random.choice([NUMBERS, TEXTS, LISTS, MAPS, ODD])
        return random.choice(pool)
    a = expression(random, depth - 1)
    if kind < 0.38:
        return f"({a}) {random.choice(BINARY)} ({expression(random, depth - 1)})"
    if kind < 0.62:
        return f"({a})|{random.choice(FILTERS)}"
    if kind < 0.72:
        return f"({a}) is {random.choice(TESTS)}"
    if kind < 0.85:
        return f"({a}).{random.choice(METHODS)}"
    if kind < 0.90:
        return f"({a})[{random.choice(['0', '-1', '1:', ':2', '::-1', '1:3', repr('a'), 'n', '5'])}]"
    if kind < 0.93:
        return f"not ({a})"
    if kind < 0.96:
        return f"({a}) if ({expression(random, depth - 1)}) else ({expression(random, depth - 1)})"
    return f"[{a}, {expression(random, depth - 1)}]"


SPACES = ["", " ", "\n", "  ", "\n  ", " \n", "x\n", "\n\n "]
SIGNS = ["", "", "", "-", "-", "+"]


def body(random, depth):
    return "".join(piece(random, depth) for _ in range(random.randint(1, 3)))


def piece(random, depth):
    def space():
        return random.choice(SPACES)

    def tag(text):
        end = random.choice(SIGNS)
        return space() + "{%" + random.choice(SIGNS) + " " + text + " " + end + "%}" + space()

    kind = random.random()
    if depth <= 0 or kind < 0.35:
        end = random.choice(["", "-"])
        return space() + "{{" + random.choice(["", "-"]) + " " + expression(random, 1) + " " + end + "}}" + space()
    inner = body(random, depth - 1)
    if kind < 0.55:
        other = tag("else") + body(random, depth - 1) if random.random() < 0.5 else ""
        return tag("if " + expression(random, 1)) + inner + other + tag("endif")
    if kind < 0.75:
        use = random.choice(["{{ i }}", "{{ loop.index }}", "{{ loop.last }}", "{% set q = i %}{{ q }}", "{{ q }}"])
        test = random.choice(["", "", " if i", " if loop is defined"])
        return tag("for i in " + random.choice(LISTS + MAPS) + test) + use + inner + tag("endfor")
    if kind < 0.83:
        return tag("set q = " + expression(random, 1)) + "{{ q }}" + inner
    if kind < 0.87:
        return tag("set q") + inner + tag("endset") + "{{ q }}"
    if kind < 0.91:
        return "{#" + random.choice(["", "-"]) + " c " + random.choice(["", "-"]) + "#}" + inner
    if kind < 0.95:
        return tag("macro f(a, b=n)") + "{{ a }}{{ b }}" + inner + tag("endmacro") + "{{ f(1) }}{{ f(s, b=2) }}"
    return tag("filter " + random.choice(["upper", "trim", "replace('a', 'b')"])) + inner + tag("endfilter")


def drawn(count, seed):
    """Templates drawn at random: half expressions, half with statements and white space."""
    source = random.Random(seed)
    return [
        "{{ " + expression(source, 2) + " }}" if i % 2 == 0 else body(source, 2) for i in range(count)
    ]
