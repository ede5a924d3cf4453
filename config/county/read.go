package county

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// loader reads the files of a profile and gathers what is wrong with them.
type loader struct {
	dir      fs.FS
	problems []Problem
}

// place is where something stands in the profile.
type place struct {
	file string
	line int
}

func (l *loader) bad(at place, what, remedy string) {
	l.problems = append(l.problems, Problem{File: at.file, Line: at.line, What: what, Remedy: remedy})
}

// read gives a file's bytes without a byte order mark, which spreadsheet programs like to write.
func (l *loader) read(file string) ([]byte, bool) {
	raw, err := fs.ReadFile(l.dir, file)
	if err != nil {
		l.bad(place{file: file}, "缺少这个文件，或者打不开", "可以从自带的资料里拿一份来改：qianshao county export")
		return nil, false
	}
	if at := notUTF8(raw); at >= 0 {
		l.bad(place{file, 1 + bytes.Count(raw[:at], []byte("\n"))}, "这个文件不是 UTF-8 编码，中文读出来是乱码", "用记事本打开，另存为，编码选 UTF-8")
		return nil, false
	}
	return []byte(strings.TrimPrefix(string(raw), "\ufeff")), true
}

// notUTF8 is where the first byte stands that is none of UTF-8, as of a file that was saved as GBK; -1 for nowhere.
func notUTF8(raw []byte) int {
	for at := 0; at < len(raw); {
		r, n := utf8.DecodeRune(raw[at:])
		if r == utf8.RuneError && n == 1 {
			return at
		}
		at += n
	}
	return -1
}

// brokenLine is the line at which a CSV file cannot be read; the first where that is not known.
func brokenLine(err error) int {
	var e *csv.ParseError
	if errors.As(err, &e) {
		return e.Line
	}
	return 1
}

// fields reads a YAML file that is one mapping into the targets, by key, and gives the line of every key. Unknown and missing keys are problems;
// the optional ones may be missing.
func (l *loader) fields(file string, targets map[string]any, optional ...string) map[string]int {
	values := l.mapping(file)
	if values == nil {
		return nil
	}
	lines := map[string]int{}
	for _, v := range values {
		key := v.Key.GetToken().Value
		at := place{file, v.Key.GetToken().Position.Line}
		target, known := targets[key]
		if !known {
			l.bad(at, "不认识的字段“"+key+"”", "删掉它，或者改成这里头的一个："+strings.Join(sorted(targets), "、"))
			continue
		}
		lines[key] = at.line
		l.decode(at, v.Value, target)
	}
	for _, key := range sorted(targets) {
		if lines[key] == 0 && !slices.Contains(optional, key) {
			l.bad(place{file: file}, "缺少字段“"+key+"”", "补上一行 “"+key+": ……”")
		}
	}
	return lines
}

// mapping reads a YAML file's one mapping; nil after a problem.
func (l *loader) mapping(file string) []*ast.MappingValueNode {
	raw, ok := l.read(file)
	if !ok {
		return nil
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		l.badYAML(place{file: file}, err)
		return nil
	}
	if len(tree.Docs) == 1 {
		switch body := tree.Docs[0].Body.(type) {
		case *ast.MappingNode:
			return body.Values
		case *ast.MappingValueNode:
			return []*ast.MappingValueNode{body}
		}
	}
	l.bad(place{file: file, line: 1}, "这个文件应当是一行行“字段: 值”", "照自带的同名文件的样子写")
	return nil
}

// decode reads a node into target, which may be a *ast.Node to take it as it is.
func (l *loader) decode(at place, node ast.Node, target any) bool {
	if t, ok := target.(*ast.Node); ok {
		*t = node
		return true
	}
	if err := yaml.NodeToValue(node, target, yaml.Strict()); err != nil {
		l.badYAML(at, err)
		return false
	}
	return true
}

// badYAML says in Chinese what the YAML reader did not like.
func (l *loader) badYAML(at place, err error) {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		at.line = y.GetToken().Position.Line
	}
	var unknown *yaml.UnknownFieldError
	var wrong *yaml.TypeError
	var twice *yaml.DuplicateKeyError
	switch {
	case errors.As(err, &unknown):
		l.bad(at, "不认识的字段“"+unknown.Token.Value+"”", "看看是不是写错了字，或者删掉它")
	case errors.As(err, &wrong):
		l.bad(at, "值的样子不对（要的是数字、真假还是文字，弄混了）", "照自带的同名文件的样子写")
	case errors.As(err, &twice):
		l.bad(at, "同一个字段写了两遍", "留一个，删一个")
	default:
		l.bad(at, "YAML 写法不对", "看看缩进、冒号后面的空格和引号")
	}
}

// entry is a value with its place.
type entry[T any] struct {
	V  T
	at place
}

// values drops the places.
func values[T any](entries []entry[T]) []T {
	out := make([]T, len(entries))
	for i, e := range entries {
		out[i] = e.V
	}
	return out
}

// items reads the sequence that stands under a key, entry by entry, so that one bad entry does not hide the next.
func items[T any](l *loader, file string, node ast.Node) []entry[T] {
	if node == nil {
		return nil // its absence is a problem already
	}
	seq, ok := node.(*ast.SequenceNode)
	if !ok || len(seq.Values) == 0 {
		l.bad(place{file, node.GetToken().Position.Line}, "这里应当是一串条目，一个也没有", "照自带的同名文件的样子写，每条前面一个“- ”")
		return nil
	}
	var out []entry[T]
	for _, n := range seq.Values {
		at := place{file, n.GetToken().Position.Line}
		var v T
		if l.decode(at, n, &v) {
			out = append(out, entry[T]{v, at})
		}
	}
	return out
}

// list reads a YAML file that holds one sequence under one key.
func list[T any](l *loader, file, key string) []entry[T] {
	var node ast.Node
	l.fields(file, map[string]any{key: &node})
	return items[T](l, file, node)
}

// table reads a CSV file with exactly the given columns; every row is a map by column.
func (l *loader) table(file string, columns ...string) []entry[map[string]string] {
	raw, ok := l.read(file)
	if !ok {
		return nil
	}
	return l.rows(file, string(raw), columns...)
}

// rows is table for text that is no file of the profile.
func (l *loader) rows(file, text string, columns ...string) []entry[map[string]string] {
	r := csv.NewReader(strings.NewReader(text))
	r.ReuseRecord = true
	head, err := r.Read()
	if err != nil || !slices.Equal(head, columns) {
		l.bad(place{file, 1}, "第一行的列名不对", "改成："+strings.Join(columns, ","))
		return nil
	}
	var rows []entry[map[string]string]
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			l.bad(place{file, parse.Line}, "这一行读不出来", fmt.Sprintf("一行要有 %d 格，用逗号隔开；格子里有逗号或引号的，整格用英文双引号括起来", len(columns)))
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return rows // after a broken quote nothing can be trusted
		}
		if err != nil {
			l.bad(place{file: file}, "读到一半读不下去了", "换一份完整的文件")
			return rows
		}
		line, _ := r.FieldPos(0)
		row := map[string]string{}
		for i, c := range columns {
			row[c] = strings.TrimSpace(record[i])
		}
		rows = append(rows, entry[map[string]string]{row, place{file, line}})
	}
	if len(rows) == 0 {
		l.bad(place{file, 1}, "这个文件一条也没有", "照自带的同名文件的样子写")
	}
	return rows
}
