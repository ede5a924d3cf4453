// Command qianshao is the whole platform in one program: the web pages, the worker, and the tools of its administrator.
// It wires packages together and owns nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"qianshao/config"
	"qianshao/intake/fault"
	"qianshao/notify/contacts"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, end := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals) // first: whoever sees the process ending can end it at once with a second signal
		end()
	}()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// cli is the command line.
type cli struct {
	Config string `help:"Settings file (YAML, flat). 设置文件。" placeholder:"FILE"`

	Run     runCmd     `cmd:"" help:"Web and worker in one process. 网页和后台一起开。"`
	Web     webCmd     `cmd:"" help:"The web pages only; needs QIANSHAO_REDIS. 只开网页。"`
	Worker  workerCmd  `cmd:"" help:"The worker only; needs QIANSHAO_REDIS. 只开后台。"`
	Conf    configCmd  `cmd:"" name:"config" help:"Print or check the settings. 看设置。"`
	Staff   staffCmd   `cmd:"" help:"Accounts of the staff. 管账号。"`
	Gateway gatewayCmd `cmd:"" help:"Systems that may hand in tips. 管转线索的平台。"`
	County  countyCmd  `cmd:"" help:"Check or export a county profile. 查或导出县资料。"`
	Hotline hotlineCmd `cmd:"" help:"12345 work orders in, their state out. 12345 工单录入、回报。"`
	Replay  replayCmd  `cmd:"" help:"What the worker would make of a list of tips; stores nothing. 试跑一批线索，不存。"`
	Similar similarCmd `cmd:"" help:"Which pictures are copies of one another. 找出一样的照片。"`
	Inspect inspectCmd `cmd:"" help:"What the worker would make of pictures and recordings; stores nothing. 试看照片、录音、录像，不存。"`
	Vault   vaultCmd   `cmd:"" help:"For the reward officers, away from the server. 奖励员用，不在服务器上用。"`
	Version versionCmd `cmd:"" help:"Print the version. 看版本。"`

	DecodeHEIC decodeHEICCmd `cmd:"" name:"decode-heic" hidden:""`
}

// env is what a command gets besides its flags.
type env struct {
	ctx            context.Context
	getenv         func(string) string
	file           string
	stdout, stderr io.Writer
}

// load reads the settings and checks that they fit what the process is going to do ("run", "web", "worker", "tool").
func (e *env) load(role string) (*config.Config, error) {
	c, err := config.Load(e.getenv, os.Environ(), e.file)
	if err != nil {
		return nil, err
	}
	if err := c.Check(role); err != nil {
		return nil, err
	}
	return c, nil
}

// exit carries kong's wish to end (after --help) through the stack without ending a test.
type exit int

// run is the whole program with its inputs passed in. It returns the exit status: 0 well, 1 a failure, 2 wrong usage or settings.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (code int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case exit:
			code = int(r)
		default:
			panic(r)
		}
	}()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("qianshao"),
		kong.Description("前哨: an anonymous tip platform. 匿名线索平台。"),
		kong.Writers(stdout, stderr),
		kong.NamedMapper("existingfile", existing(false)),
		kong.NamedMapper("existingdir", existing(true)),
		kong.Exit(func(n int) { panic(exit(n)) }),
	)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "qianshao: %v\n看用法 for usage: qianshao --help\n", err)
		return 2
	}
	err = command.Run(&env{ctx: ctx, getenv: getenv, file: c.Config, stdout: stdout, stderr: stderr})
	return report(stderr, err)
}

// report tells the administrator what went wrong and picks the exit status.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	var problems config.Problems
	var profile profileProblems
	var telling contacts.Problems
	switch {
	case errors.As(err, &problems), errors.As(err, &profile), errors.As(err, &telling):
		fmt.Fprintln(stderr, err)
		return 2
	case len(fault.All(err)) > 0:
		fmt.Fprintln(stderr, fault.Sentence(fault.DefaultLang, err))
		return 1
	}
	fmt.Fprintln(stderr, "qianshao:", err)
	return 1
}

type versionCmd struct{}

func (versionCmd) Run(e *env) error {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "dev" && info.Main.Version != "" {
		v = info.Main.Version
	}
	_, err := fmt.Fprintf(e.stdout, "qianshao %s (%s %s/%s)\n", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

type configCmd struct {
	Print configPrintCmd `cmd:"" default:"1" help:"Print effective settings, secrets redacted. 打印设置，不显示密钥。"`
	Check configCheckCmd `cmd:"" help:"Check the settings, the county profile and whom to tell. 检查设置、县资料和通知谁。"`
}

type configPrintCmd struct{}

func (configPrintCmd) Run(e *env) error {
	c, err := e.load("tool")
	if err != nil {
		return err
	}
	return c.Print(e.stdout)
}

type configCheckCmd struct{}

func (configCheckCmd) Run(e *env) error {
	c, err := e.load("tool")
	if err != nil {
		return err
	}
	p, err := loadProfile(c)
	if err != nil {
		return err
	}
	if _, err := contacts.Load(c.Channels, p, time.Now); err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, "设置没有问题。 The settings are fine.")
	return err
}
