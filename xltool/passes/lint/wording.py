"""What `rules.parse` calls the problems of a rule, in words."""

from __future__ import annotations

from xltool.lang import Text

PROBLEMS = {
    "syntax": Text("语法有误", "it is not well-formed"),
    "not_in_language": Text("用了规则语言以外的写法", "this is not part of the rule language"),
    "number": Text("数字只能写成普通的十进制数", "numbers are written in plain decimal notation"),
    "function": Text("没有这个函数", "there is no such function"),
    "arguments": Text("函数的参数不对", "the function cannot take these arguments"),
    "unknown_path": Text("没有这个指标", "there is no such indicator"),
    "not_a_comparison": Text("规则必须是一个比较式，只比较一次", "a rule is one comparison, and only one"),
}
