package config

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// ConfigVar names the settings file when the command line does not.
const ConfigVar = Prefix + "CONFIG"

// foreign are the QIANSHAO_ names that belong to tests and to the build.
func foreign(name string) bool {
	return name == ConfigVar || name == Prefix+"CACHE" || strings.HasPrefix(name, Prefix+"TEST_")
}

// value is a setting as it was found.
type value struct {
	text, origin string
	file         string
	line         int
}

// loader gathers values and problems.
type loader struct {
	options  []Option
	found    map[string]value // by option key
	problems Problems
}

func (l *loader) bad(setting string, v value, c *complaint) {
	l.problems = append(l.problems, Problem{Setting: setting, Chinese: c.Chinese, English: c.English, File: v.file, Line: v.line})
}

// Load reads the settings: getenv gives the values of the environment, environ its names ("NAME=value", as os.Environ), file is the settings file
// or "" to take the one that QIANSHAO_CONFIG names, if any. An error of Load is Problems: everything that is wrong, at once. An empty variable is not set.
func Load(getenv func(string) string, environ []string, file string) (*Config, error) {
	l := &loader{options: Options(), found: map[string]value{}}
	if file == "" {
		file = getenv(ConfigVar)
	}
	if file != "" {
		l.readFile(file)
	}
	l.readEnvironment(getenv)
	l.refuseUnknown(environ)

	c := &Config{origins: map[string]string{}}
	for _, o := range l.options {
		v, ok := l.found[o.Key]
		if !ok {
			l.takeDefault(c, o)
			continue
		}
		c.origins[o.Name] = v.origin
		if bad := o.set(c, v.text); bad != nil {
			l.bad(o.Name, v, bad)
		}
	}
	l.combine(c)
	if len(l.problems) > 0 {
		return nil, l.problems
	}
	return c, nil
}

// takeDefault sets what was not set. The address of the pages follows from where they listen, see combine.
func (l *loader) takeDefault(c *Config, o Option) {
	if o.Default == "" || o.Key == "url" {
		return
	}
	if bad := o.set(c, o.Default); bad != nil {
		l.bad(o.Name, value{}, bad)
	}
}

// readEnvironment takes the variables, which win over the file. A secret may also stand in the file that NAME_FILE names.
func (l *loader) readEnvironment(getenv func(string) string) {
	for _, o := range l.options {
		direct := getenv(o.Name)
		if direct != "" {
			l.found[o.Key] = value{text: direct, origin: "environment"}
		}
		if !o.Secret {
			continue
		}
		name := o.Name + "_FILE"
		path := getenv(name)
		switch {
		case path == "":
		case direct != "":
			l.bad(name, value{}, complain("和 "+o.Name+" 只能写一个", "set this or "+o.Name+", not both"))
		default:
			l.readSecret(o, name, value{text: path, origin: "environment"})
		}
	}
}

// readSecret reads the file that v names; its content without the space around it is the secret.
func (l *loader) readSecret(o Option, setting string, v value) {
	raw, err := os.ReadFile(v.text)
	if err != nil || strings.TrimSpace(string(raw)) == "" {
		l.bad(setting, v, complain("文件“"+v.text+"”打不开，或者是空的", fmt.Sprintf("the file %q cannot be read, or is empty", v.text)))
		return
	}
	v.text = strings.TrimSpace(string(raw))
	l.found[o.Key] = v
}

// refuseUnknown reports QIANSHAO_ variables that no setting has: a misspelt limit would otherwise be silently without effect.
func (l *loader) refuseUnknown(environ []string) {
	var names []string
	for _, o := range l.options {
		names = append(names, o.Name)
		if o.Secret {
			names = append(names, o.Name+"_FILE")
		}
	}
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, Prefix) && !foreign(name) && !slices.Contains(names, name) {
			l.bad(name, value{}, unknown(name, names))
		}
	}
}

// readFile reads a flat YAML file. Secrets may stand in it by value (mongo) or by file (mongo_file).
func (l *loader) readFile(file string) {
	raw, err := os.ReadFile(file)
	if err != nil {
		l.bad(ConfigVar, value{}, complain("设置文件“"+file+"”打不开", fmt.Sprintf("the settings file %q cannot be read", file)))
		return
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		l.bad("YAML", value{file: file, line: lineOf(err)}, complain("这个文件的写法不对，看看缩进、冒号后面的空格和引号", "this is not well-formed YAML; look at indents, colons and quotes"))
		return
	}
	for _, doc := range tree.Docs {
		switch body := doc.Body.(type) {
		case nil, *ast.CommentGroupNode:
		case *ast.MappingNode:
			for _, v := range body.Values {
				l.readPair(file, v)
			}
		case *ast.MappingValueNode:
			l.readPair(file, body)
		default:
			l.bad("YAML", value{file: file, line: 1}, complain("应当是一行行 名字: 值", "a flat list of name: value is wanted"))
		}
	}
}

func (l *loader) readPair(file string, pair *ast.MappingValueNode) {
	key := pair.Key.GetToken().Value
	v := value{origin: "file", file: file, line: pair.Key.GetToken().Position.Line}
	var keys []string
	for _, o := range l.options {
		keys = append(keys, o.Key)
		if o.Secret {
			keys = append(keys, o.Key+"_file")
		}
	}
	if !slices.Contains(keys, key) {
		l.bad(key, v, unknown(key, keys))
		return
	}
	var ok bool
	if v.text, ok = scalar(pair.Value); !ok {
		l.bad(key, v, complain("这里只能写一个值", "a single value is wanted here"))
		return
	}
	if v.text == "" {
		return
	}
	i := slices.IndexFunc(l.options, func(o Option) bool { return o.Key == strings.TrimSuffix(key, "_file") })
	o := l.options[i]
	if _, twice := l.found[o.Key]; twice {
		l.bad(key, v, complain(o.Key+" 和 "+o.Key+"_file 只能写一个", "set "+o.Key+" or "+o.Key+"_file, not both"))
		return
	}
	if key != o.Key {
		l.readSecret(o, key, v)
		return
	}
	l.found[o.Key] = v
}

// scalar gives a value's text; a list of scalars is joined by commas.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.NullNode:
		return "", true
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.SequenceNode:
		var parts []string
		for _, v := range n.Values {
			s, ok := scalar(v)
			if _, nested := v.(*ast.SequenceNode); !ok || nested {
				return "", false
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, ","), true
	case ast.ScalarNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// combine fills what follows from other settings and checks what must fit together.
func (l *loader) combine(c *Config) {
	c.URL = strings.TrimRight(c.URL, "/")
	if c.URL == "" {
		if hostPort(c.Listen) == nil && !loopback(c.Listen) { // a wrong LISTEN is reported already
			l.bad(Prefix+"URL", value{}, complain("网页开在外面（QIANSHAO_LISTEN），就要写明居民用的网址，如 https://主机名", "QIANSHAO_LISTEN is not a loopback address, so the address that residents use must be given, such as https://host"))
		}
		c.URL = "http://" + c.Listen
	}
	if _, port, err := net.SplitHostPort(c.Listen); err == nil && port != "0" && c.Listen == c.OpsListen {
		l.bad(Prefix+"OPS_LISTEN", value{}, complain("和 QIANSHAO_LISTEN 是同一个端口", "the same port as QIANSHAO_LISTEN"))
	}
	if c.Demo && c.Channels != "" {
		l.bad(Prefix+"CHANNELS", value{}, complain("演示里的事是编的，不能发给真的人；去掉 QIANSHAO_CHANNELS 或者 QIANSHAO_DEMO",
			"a demonstration is invented and must not be told to real people; unset this or QIANSHAO_DEMO"))
	}
	if c.Demo && (c.Mongo != "" || c.S3 != "" || c.Redis != "") {
		l.bad(Prefix+"DEMO", value{}, complain("演示的账号密码是公开的，不能连真的 MongoDB、S3 或 Redis；去掉那些地址，另用一个 QIANSHAO_DATA",
			"the accounts of a demonstration are public, so it takes no MongoDB, S3 or Redis; unset those and give it a QIANSHAO_DATA of its own"))
	}
}
