package config

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// load is Load with an environment of its own.
func load(env map[string]string, file string) (*Config, error) {
	var environ []string
	for k, v := range env {
		environ = append(environ, k+"="+v)
	}
	return Load(func(k string) string { return env[k] }, environ, file)
}

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "settings")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestDefaults(t *testing.T) {
	c, err := load(map[string]string{"HOME": "/root", "QIANSHAO_TEST_MONGO": "x", "QIANSHAO_CACHE": "y", "QIANSHAO_LISTEN": ""}, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.URL != "http://127.0.0.1:8080" || c.OpsListen != "127.0.0.1:8081" || c.Data != "./data" ||
		c.Captcha != "budget" || c.CaptchaBudget != 20 || c.MaxPhotoMB != 20 || c.MaxVoiceMB != 10 || c.MaxVideoMB != 100 || c.Clamd != "" || c.Workers < 1 ||
		c.SweepEvery != time.Minute || c.ShutdownWait != 20*time.Second || c.Demo || c.LogLevel != slog.LevelInfo || c.TrustedProxies != nil {
		t.Errorf("defaults: %+v", c)
	}
	if d, b, q := c.Engines(); d != "sqlite" || b != "disk" || q != "embedded" {
		t.Errorf("engines: %s %s %s", d, b, q)
	}
}

func TestEnvironmentWinsOverFile(t *testing.T) {
	secret := write(t, "  redis://:pw@127.0.0.1:6379/0\n")
	file := write(t, "# 设置\nlisten: 127.0.0.1:9000\nworkers: 3\ndemo: false\nsweep_every: 30s\ntrusted_proxies: [10.0.0.0/8, 127.0.0.1/32]\nredis_file: "+secret+"\n\"log_level\": warn\n")
	c, err := load(map[string]string{"QIANSHAO_CONFIG": file, "QIANSHAO_WORKERS": "5"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:9000" || c.Workers != 5 || c.SweepEvery != 30*time.Second || c.LogLevel != slog.LevelWarn ||
		!slices.Equal(c.TrustedProxies, []string{"10.0.0.0/8", "127.0.0.1/32"}) || c.Redis.Reveal() != "redis://:pw@127.0.0.1:6379/0" {
		t.Errorf("loaded %+v, redis as wanted: %v", c, c.Redis.Reveal() == "redis://:pw@127.0.0.1:6379/0")
	}
	for name, want := range map[string]string{"QIANSHAO_LISTEN": "file", "QIANSHAO_WORKERS": "environment", "QIANSHAO_DATA": "default", "QIANSHAO_REDIS": "file"} {
		if got := c.Origin(name); got != want {
			t.Errorf("%s comes from %s, want %s", name, got, want)
		}
	}
}

// TestEveryProblemAtOnce sets everything wrongly, and wants every setting named in one error.
func TestEveryProblemAtOnce(t *testing.T) {
	bad := map[string]string{
		"QIANSHAO_LISTEN":            "8080",
		"QIANSHAO_OPS_LISTEN":        "0.0.0.0:9100",
		"QIANSHAO_URL":               "ftp://x",
		"QIANSHAO_PROFILE":           "/nowhere/at/all",
		"QIANSHAO_MONGO":             "mongodb://u:hunter2@h:27017",
		"QIANSHAO_REDIS":             "http://u:hunter2@h",
		"QIANSHAO_S3":                "https://h/bucket",
		"QIANSHAO_VAULT_KEY":         "hunter2",
		"QIANSHAO_OFFICER_RECIPIENT": "age1hunter",
		"QIANSHAO_CAPTCHA":           "sometimes",
		"QIANSHAO_CAPTCHA_BUDGET":    "0",
		"QIANSHAO_TRUSTED_PROXIES":   "10.0.0.1",
		"QIANSHAO_MAX_PHOTO_MB":      "101",
		"QIANSHAO_MAX_VOICE_MB":      "x",
		"QIANSHAO_MAX_VIDEO_MB":      "0",
		"QIANSHAO_CLAMD":             "clamd",
		"QIANSHAO_WORKERS":           "-1",
		"QIANSHAO_GEOCODER":          "somewhere",
		"QIANSHAO_GEOCODER_KEY":      "a key",
		"QIANSHAO_TIANDITU_KEY":      "a key",
		"QIANSHAO_SWEEP_EVERY":       "10ms",
		"QIANSHAO_SHUTDOWN_WAIT":     "20",
		"QIANSHAO_DEMO":              "maybe",
		"QIANSHAO_CHANNELS":          "/no/such/file",
		"QIANSHAO_LOG_LEVEL":         "loud",
		"QIANSHAO_LISTN":             "127.0.0.1:1",
		"QIANSHAO_S3_FILE":           "/nowhere/s3",
	}
	_, err := load(bad, "")
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("got %v", err)
	}
	for name := range bad {
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Setting == name && p.Chinese != "" && p.English != "" }) {
			t.Errorf("%s is not reported", name)
		}
	}
	for _, o := range Options() { // so that a new setting comes with a bad example
		if _, ok := bad[o.Name]; !ok && o.Key != "data" {
			t.Errorf("no bad value is tried for %s", o.Name)
		}
	}
	if len(problems) != len(bad) {
		t.Errorf("%d problems for %d mistakes:\n%v", len(problems), len(bad), err)
	}
	if !strings.Contains(err.Error(), "是不是想写 QIANSHAO_LISTEN") {
		t.Errorf("no suggestion for QIANSHAO_LISTN:\n%v", err)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a secret is in the error:\n%v", err)
	}
}

func TestOneProblem(t *testing.T) {
	key := strings.Repeat("0f", 32)
	for name, c := range map[string]struct {
		env  map[string]string
		want string // what the only problem says; "" for no problem
	}{
		"outside without url":    {map[string]string{"QIANSHAO_LISTEN": "0.0.0.0:80"}, "QIANSHAO_URL"},
		"outside with url":       {map[string]string{"QIANSHAO_LISTEN": ":80", "QIANSHAO_URL": "https://tip.example/"}, ""},
		"http outside":           {map[string]string{"QIANSHAO_URL": "http://tip.example"}, "不是 https"},
		"url with a path":        {map[string]string{"QIANSHAO_URL": "https://tip.example/a"}, "不带路径"},
		"ops off":                {map[string]string{"QIANSHAO_OPS_LISTEN": "off"}, ""},
		"ops by name":            {map[string]string{"QIANSHAO_OPS_LISTEN": "localhost:9"}, ""},
		"same port":              {map[string]string{"QIANSHAO_OPS_LISTEN": "127.0.0.1:8080"}, "同一个端口"},
		"any port":               {map[string]string{"QIANSHAO_LISTEN": "127.0.0.1:0", "QIANSHAO_OPS_LISTEN": "127.0.0.1:0"}, ""},
		"trusts everybody":       {map[string]string{"QIANSHAO_TRUSTED_PROXIES": "0.0.0.0/0"}, "谁报的来源都信"},
		"demo with mongo":        {map[string]string{"QIANSHAO_DEMO": "1", "QIANSHAO_MONGO": "mongodb://h/db"}, "QIANSHAO_DEMO"},
		"demo that tells":        {map[string]string{"QIANSHAO_DEMO": "1", "QIANSHAO_CHANNELS": "config_test.go"}, "QIANSHAO_CHANNELS"},
		"demo alone":             {map[string]string{"QIANSHAO_DEMO": "true"}, ""},
		"replica set":            {map[string]string{"QIANSHAO_MONGO": "mongodb://u:p%40@a:27017,b:27017/qs?replicaSet=rs0"}, ""},
		"mongo srv":              {map[string]string{"QIANSHAO_MONGO": "mongodb+srv://u:p@cluster.example/qs"}, ""},
		"mongo without name":     {map[string]string{"QIANSHAO_MONGO": "mongodb://a:1/?x=y"}, "库名"},
		"redis with password":    {map[string]string{"QIANSHAO_REDIS": "redis://:p@127.0.0.1:6379/1"}, ""},
		"sentinels":              {map[string]string{"QIANSHAO_REDIS": "redis-sentinel://:p@a:26379,b:26379/0?master=m"}, ""},
		"sentinels, no master":   {map[string]string{"QIANSHAO_REDIS": "redis-sentinel://a:26379,b:26379"}, "主节点"},
		"cluster":                {map[string]string{"QIANSHAO_REDIS": "redis-cluster://a:1,b:2,c:3"}, ""},
		"cluster over TLS":       {map[string]string{"QIANSHAO_REDIS": "redis-clusters://a:1,b:2,c:3"}, ""},
		"hosts of one redis":     {map[string]string{"QIANSHAO_REDIS": "redis://a:1,b:2"}, "好几台"},
		"s3":                     {map[string]string{"QIANSHAO_S3": "http://AK:SK@127.0.0.1:9000/evidence?region=cn"}, ""},
		"redis with half a host": {map[string]string{"QIANSHAO_REDIS": "redis-cluster://a:1,:2"}, "地址不对"},
		"s3 without a password":  {map[string]string{"QIANSHAO_S3": "http://AK@127.0.0.1:9000/a"}, "缺钥匙或密码"},
		"s3 with two buckets":    {map[string]string{"QIANSHAO_S3": "http://AK:SK@127.0.0.1:9000/a/b"}, "桶名"},
		"vault key":              {map[string]string{"QIANSHAO_VAULT_KEY": key}, ""},
		"recipient":              {map[string]string{"QIANSHAO_OFFICER_RECIPIENT": "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"}, ""},
		"private key":            {map[string]string{"QIANSHAO_OFFICER_RECIPIENT": "AGE-SECRET-KEY-1"}, "私钥"},
		"missing settings file":  {map[string]string{"QIANSHAO_CONFIG": "/nowhere.yaml"}, "打不开"},
		"secret from a file":     {map[string]string{"QIANSHAO_VAULT_KEY_FILE": write(t, key+"\n")}, ""},
		"secret twice":           {map[string]string{"QIANSHAO_VAULT_KEY_FILE": write(t, key), "QIANSHAO_VAULT_KEY": key}, "只能写一个"},
		"empty secret file":      {map[string]string{"QIANSHAO_VAULT_KEY_FILE": write(t, " \n")}, "是空的"},
		"file for no secret":     {map[string]string{"QIANSHAO_LISTEN_FILE": "x"}, "没有这个设置"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(c.env, "")
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var problems Problems
			if !errors.As(err, &problems) || len(problems) != 1 || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want one problem with %q", err, c.want)
			}
		})
	}
}

func TestFileProblemsHaveLines(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		line    int
		want    string
	}{
		"unknown key":  {"data: ./d\n\nlistn: 127.0.0.1:1\n", 3, "是不是想写 listen"},
		"bad value":    {"data: ./d\nworkers: many\n", 2, "QIANSHAO_WORKERS"},
		"nested":       {"data:\n  deep: 1\n", 1, "只能写一个值"},
		"secret twice": {"mongo: mongodb://h/d\nmongo_file: /x\n", 2, "只能写一个"},
		"key twice":    {"data: a\ndata: b\n", 2, "写法不对"},
		"no mapping":   {"- data\n", 1, "名字: 值"},
		"broken":       {"data: \"a\nworkers: 1\n", 1, "写法不对"},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, c.content)
			_, err := load(nil, file)
			var problems Problems
			if !errors.As(err, &problems) || len(problems) != 1 {
				t.Fatalf("got %v, want one problem", err)
			}
			if p := problems[0]; p.File != file || p.Line != c.line || !strings.Contains(p.String(), c.want) {
				t.Errorf("got %v, want line %d and %q", p, c.line, c.want)
			}
		})
	}
	if _, err := load(nil, write(t, "# nothing set\n")); err != nil {
		t.Errorf("an empty file: %v", err)
	}
}

func TestCheckRoles(t *testing.T) {
	alone := &Config{}
	for role, ok := range map[string]bool{"run": true, "tool": true, "web": false, "worker": false} {
		if err := alone.Check(role); (err == nil) != ok {
			t.Errorf("%s on the embedded queue: %v", role, err)
		}
		if err := (&Config{Redis: "redis://h"}).Check(role); err != nil {
			t.Errorf("%s on Redis: %v", role, err)
		}
	}
}

// TestSharedKeys: with MongoDB, machines that each made a key of their own would seal what the others cannot open.
func TestSharedKeys(t *testing.T) {
	c := &Config{Mongo: "mongodb://h/db", Redis: "redis://h"}
	var missing Problems
	if err := c.Check("web"); !errors.As(err, &missing) || len(missing) != 2 {
		t.Errorf("two keys are missing, told: %v", err)
	}
	c.VaultKey, c.OfficerRecipient = "k", "age1"
	if err := c.Check("web"); err != nil {
		t.Error(err)
	}
}

// TestSecretsNeverPrint tries every way in which a value usually gets out.
func TestSecretsNeverPrint(t *testing.T) {
	const word = "hunter2"
	c := &Config{Mongo: word, Redis: word, S3: word, VaultKey: word}
	check := func(how, out string) {
		t.Helper()
		for _, leak := range []string{word, fmt.Sprintf("%x", word), fmt.Sprintf("%X", word), fmt.Sprintf("%v", []byte(word))} {
			if strings.Contains(out, leak) {
				t.Errorf("%s shows a secret: %s", how, out)
			}
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%c", "%U", "%T", "% x", "%10s", "%-20v", "%.3s", "%o", "%b"} {
		for _, v := range []any{c.Mongo, &c.Mongo, c, *c, []Secret{word}, map[string]Secret{"a": word}, struct{ S Secret }{word}} {
			check(verb, fmt.Sprintf(verb, v))
		}
	}
	check("print", fmt.Sprint(c.Mongo)+fmt.Sprintln(c)+c.Mongo.String()+c.Mongo.GoString())
	j, err := json.Marshal(c)
	check("json", string(j))
	type holder struct{ S Secret }
	x, err2 := xml.Marshal(holder{word})
	check("xml", string(x))
	y, err3 := yaml.Marshal(c)
	check("yaml", string(y))
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&log, nil), slog.NewJSONHandler(&log, nil)} {
		slog.New(h).Info("x", "secret", c.Mongo, "config", c, "list", []Secret{word})
	}
	check("slog", log.String())
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	check("Print", out.String())
	if c.Mongo.Reveal() != word {
		t.Error("Reveal does not reveal")
	}
}

func TestPrintNamesEngines(t *testing.T) {
	c, err := load(map[string]string{"QIANSHAO_REDIS": "redis://:pw@far.example:6379/0", "QIANSHAO_WORKERS": "7"}, "")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"documents: sqlite", "evidence: disk", "queue: redis", "[redacted]", "环境变量 environment"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "far.example") {
		t.Errorf("an engine's address is printed:\n%s", out.String())
	}
}

// TestOptionsAreComplete keeps the table and the struct together: as many settings as fields, each documented, each read from its name.
func TestOptionsAreComplete(t *testing.T) {
	fields := 0
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if f.IsExported() {
			fields++
		}
	}
	options := Options()
	if len(options) != fields {
		t.Errorf("%d options for %d fields", len(options), fields)
	}
	for _, o := range options {
		if o.Chinese == "" || o.English == "" || o.Group == "" || o.Name != Prefix+strings.ToUpper(o.Key) {
			t.Errorf("%s is not documented: %+v", o.Key, o)
		}
		var zero, set Config
		example := map[string]string{"listen": "h:1", "ops_listen": "off", "url": "https://h", "trusted_proxies": "10.0.0.0/8", "demo": "true", "log_level": "warn",
			"sweep_every": "2s", "shutdown_wait": "2s"}[o.Key]
		if example == "" {
			example = "7"
		}
		o.set(&set, example)
		if reflect.DeepEqual(zero, set) {
			t.Errorf("%s sets no field", o.Name)
		}
	}
}

// FuzzLoad feeds the settings file with anything: there are settings or problems, and never a panic.
func FuzzLoad(f *testing.F) {
	f.Add("listen: 127.0.0.1:9000\ntrusted_proxies: [10.0.0.0/8]\n")
	f.Add("data: &a [*a]\n<<: {x: 1}\n? [b]\n: ~\nmongo: !!str 1\ns3: |\n  x\n")
	f.Fuzz(func(t *testing.T, content string) {
		c, err := load(nil, write(t, content))
		var problems Problems
		if c == nil && !errors.As(err, &problems) {
			t.Errorf("neither settings nor problems: %v", err)
		}
	})
}
