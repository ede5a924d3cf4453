package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"syscall"

	"github.com/alecthomas/kong"
)

// fileError says in Chinese why a file or folder could not be used, by the name that the person gave it.
func fileError(name string, err error) error {
	why := "打不开，或者读写到一半出了错，看看磁盘是不是坏了、满了"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "没有这个文件或文件夹，看看名字写对没有"
	case errors.Is(err, fs.ErrPermission):
		why = "不让打开，换一个有权限的账户，或者改它的权限"
	case errors.Is(err, syscall.EISDIR):
		why = errFolder.Error()
	case errors.Is(err, syscall.ENOTDIR):
		why = errNoFolder.Error()
	case errors.Is(err, errFolder), errors.Is(err, errNoFolder), errors.Is(err, errPipe):
		why = err.Error()
	}
	return errors.New(name + "：" + why + "。")
}

var (
	errFolder   = errors.New("这是文件夹，要的是文件，把里面的文件一个个写上")
	errNoFolder = errors.New("这是文件，要的是文件夹")
	errPipe     = errors.New("这不是平常的文件，存成文件再来")
)

// openFile opens a file that can be read twice: no folder, and no pipe, for whose other end it would wait.
func openFile(name string) (*os.File, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, errFolder
	case !info.Mode().IsRegular():
		return nil, errPipe
	}
	return os.Open(name)
}

// existing reads the name of a file or folder that must be there. It takes the place of kong's own, which speak English and print another path than was given.
func existing(folder bool) kong.MapperFunc {
	return func(ctx *kong.DecodeContext, target reflect.Value) error {
		var name string
		if err := ctx.Scan.PopValueInto("file", &name); err != nil {
			return err
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return fileError(name, err)
		case folder && !info.IsDir():
			return fileError(name, errNoFolder)
		case !folder && info.IsDir():
			return fileError(name, errFolder)
		}
		target.SetString(name)
		return nil
	}
}

// importFlags are what an import can be told.
type importFlags struct {
	DryRun  bool `help:"Say what would be done and store nothing. 只看不存。"`
	SkipBad bool `help:"Leave bad lines out and take the others. 跳过有错的行。"`
}

// outFlag is the file that a command writes.
type outFlag struct {
	Out string `type:"path" help:"File to write; default: the screen."`
}

// write lets do write the file, or the screen.
func (o outFlag) write(screen io.Writer, do func(io.Writer) error) error {
	if o.Out == "" {
		return do(screen)
	}
	f, err := os.OpenFile(o.Out, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fileError(o.Out, err)
	}
	return errors.Join(do(f), f.Close())
}
