// SPDX-License-Identifier: Apache-2.0

// The image-edit API on loopback for measurements: it speaks as `bananadrop simulate` does, costs a fraction of it, and
// so is no limit to whoever is measured. Every submit that it takes counts as paid.
package main

import (
	"encoding/json"
	"flag"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"
)

var (
	port         = flag.Int("port", 0, "the port on 127.0.0.1")
	workTime     = flag.String("work-time", "0s..0s", "how long a task takes: drawn evenly from this range")
	pictureBytes = flag.Int("picture-bytes", 65536, "how large each picture is")
	pollDelay    = flag.Duration("poll-delay", 0, "how long the answer to a poll is held back")
	rate         = flag.Int("rate", 0, "submits and polls a second that are answered, the rest with 429; 0 is no limit")
	errors       = flag.Float64("errors", 0, "the share of polls and pictures that are answered with 500")
	cut          = flag.Float64("cut", 0, "the share of pictures that break off half way")
	failed       = flag.Float64("failed", 0, "the share of tasks that end in an error")
	lost         = flag.Float64("lost", 0, "the share of submits that are taken, paid for, and answered with 500")
	seed         = flag.Int64("seed", 1, "of all that is drawn")
)

const badGateway = "<html><head><title>500 Internal Server Error</title></head><body>nginx</body></html>"

func quoted(text string) string {
	bytes, _ := json.Marshal(text)
	return string(bytes)
}

func sendJSON(w http.ResponseWriter, status int, text string) {
	w.Header()["Content-Type"] = []string{"application/json; charset=utf-8"}
	w.WriteHeader(status)
	io.WriteString(w, text)
}

func sendError(w http.ResponseWriter) {
	w.Header()["Content-Type"] = []string{"text/html"}
	w.WriteHeader(http.StatusInternalServerError)
	io.WriteString(w, badGateway)
}

func sendTooFast(w http.ResponseWriter) {
	w.Header()["Retry-After"] = []string{"1"}
	sendJSON(w, http.StatusTooManyRequests, `{"code":429,"msg":"too many requests","data":null}`)
}

func sendRefusal(w http.ResponseWriter, why string) {
	sendJSON(w, http.StatusOK, `{"code":400,"msg":`+quoted(why)+`,"data":null}`)
}

func submit(w http.ResponseWriter, r *http.Request) {
	arrived := time.Now()
	body, err := io.ReadAll(io.LimitReader(r.Body, 4<<20))
	var request struct {
		Model  string   `json:"model"`
		Prompt string   `json:"prompt"`
		Images []string `json:"image_urls"`
	}
	if err != nil || json.Unmarshal(body, &request) != nil {
		sendRefusal(w, "the body is no JSON")
		return
	}
	if request.Model == "" || request.Prompt == "" || len(request.Images) == 0 {
		sendRefusal(w, "model, prompt and image_urls are required")
		return
	}
	switch fate, id := books.submitted(request.Prompt, arrived); fate {
	case tooFast:
		sendTooFast(w)
	case broken:
		sendError(w)
	default:
		sendJSON(w, http.StatusOK, `{"code":200,"msg":"success","data":{"task_id":"`+id+`"}}`)
	}
}

func poll(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	fate, report := books.polled(id, time.Now())
	if *pollDelay > 0 {
		time.Sleep(*pollDelay)
	}
	switch fate {
	case tooFast:
		sendTooFast(w)
	case broken:
		sendError(w)
	case unknown:
		sendRefusal(w, "task not found")
	default:
		sendJSON(w, http.StatusOK, report)
	}
}

func picture(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimPrefix(strings.TrimSuffix(r.URL.Path, "/1/output.png"), "/pictures/")
	fate := books.fetched(id)
	if fate == unknown {
		http.NotFound(w, r)
		return
	}
	if fate == broken {
		sendError(w)
		return
	}
	w.Header()["Content-Type"] = []string{"image/png"}
	w.Header()["Content-Length"] = []string{pictures.length}
	w.Write(pictures.head(id))
	if fate == cutOff {
		w.Write(pictures.rest[:len(pictures.rest)/2])
		panic(http.ErrAbortHandler)
	}
	w.Write(pictures.rest)
}

func show(what func() any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		text, err := json.Marshal(what())
		if err != nil {
			log.Fatal(err)
		}
		sendJSON(w, http.StatusOK, string(text))
	}
}

var (
	books    *ledger
	pictures *pictureFile
)

func main() {
	flag.Parse()
	debug.SetGCPercent(400)
	least, most, _ := strings.Cut(*workTime, "..")
	books = newLedger(duration(least), duration(most))
	pictures = newPictureFile(*pictureBytes)
	http.HandleFunc("/api/gemini/nano-banana-edit", submit)
	http.HandleFunc("/api/gemini/nano-banana/", poll)
	http.HandleFunc("/pictures/", picture)
	http.HandleFunc("/simulator/ledger", show(books.page))
	http.HandleFunc("/simulator/arrivals", show(books.arrivals))
	http.HandleFunc("/simulator/works", show(books.works))
	http.HandleFunc("/simulator/calm", show(books.calm))
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: *port})
	if err != nil {
		log.Fatal(err)
	}
	go func() { log.Fatal(http.Serve(listener, nil)) }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
}

func duration(text string) time.Duration {
	length, err := time.ParseDuration(text)
	if err != nil {
		log.Fatal(err)
	}
	return length
}
