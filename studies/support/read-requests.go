// Reads conversations (length as 32 bits, bytes) from its input and prints for each, as a line of JSON, the requests that Go's
// net/http reads: verb, target, body (Latin-1 as bytes in hex).
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for {
		var length uint32
		if binary.Read(in, binary.LittleEndian, &length) != nil {
			return
		}
		text := make([]byte, length)
		if _, err := io.ReadFull(in, text); err != nil {
			return
		}
		reader := bufio.NewReader(bytes.NewReader(text))
		all := [][3]string{}
		for {
			request, err := http.ReadRequest(reader)
			if err != nil {
				break
			}
			body, err := io.ReadAll(request.Body)
			if err != nil {
				break
			}
			all = append(all, [3]string{request.Method, hex.EncodeToString([]byte(request.RequestURI)), hex.EncodeToString(body)})
		}
		line, _ := json.Marshal(all)
		out.Write(append(line, '\n'))
	}
}
