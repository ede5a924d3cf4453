// Command ferretdb runs FerretDB 1.24.2 on SQLite files as a stand-in for MongoDB in tests.
// It speaks MongoDB's protocol and is not MongoDB: it loses concurrent updates and never reads by index (see the list of
// skipped cases in config/engine/docs/mongo). It is a module of its own so that its dependencies stay out of the product's.
//
// It prints its mongodb:// address as the first line on stdout and stops on SIGTERM, SIGINT, or when stdin closes
// (so that it does not outlive a test process that was killed).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	dir := flag.String("dir", "", "existing folder for the database files")
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	remove := flag.Bool("remove", false, "remove the folder at the end")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	err := run(ctx, *dir, *listen)
	if *remove && *dir != "" {
		err = errors.Join(err, os.RemoveAll(*dir))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends or stdin is closed.
func run(ctx context.Context, dir, listen string) error {
	if dir == "" {
		return errors.New("-dir is missing")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: listen},
		Handler:   "sqlite",
		SQLiteURL: "file:" + dir + "/",
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		// The parent holds the other end; whatever ends the read, the parent is gone.
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()

	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	// MongoDBURI waits for the listener.
	fmt.Println(server.MongoDBURI())
	return <-ended
}
