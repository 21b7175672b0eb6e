// SPDX-License-Identifier: Apache-2.0
/* What host.c and transfer.c share. */
#ifndef HOST_INTERNAL_H
#define HOST_INTERNAL_H

#include <link/host.h>

/* A device that answers but does not get on is given up after so many times silence_ms. */
enum { LINK_STUCK_FACTOR = 24 };

uint32_t link_host_now(const struct link_host *host);
/* Sends one frame. */
int link_host_send(struct link_host *host, uint8_t type, const void *head, size_t head_length,
                   const void *tail, size_t tail_length);
/* Handles what has come, waiting up to timeout_ms for it. Bytes, 0, or an error. */
int link_host_receive(struct link_host *host, uint32_t timeout_ms);
/* Sends a request. */
int link_host_send_request(struct link_host *host, uint16_t sequence, uint8_t command,
                           const void *arguments, size_t length);
/* The status in the reply at hand, whose numbers are kept; or an error. */
int link_host_status(struct link_host *host);
/* Waits for the answer to a hello that was sent. */
int link_host_await_hello(struct link_host *host);
/* How long to wait before asking again, milliseconds. */
uint32_t link_host_patience(const struct link_host *host);
/* How much has come that is not of the protocol. */
uint32_t link_host_garbage(const struct link_host *host);
/* Why nothing that fits has come: silence, or too much else since there was so much garbage. */
int link_host_gone(const struct link_host *host, uint32_t garbage_before);
/* Asks again for the answer to BEGIN, which the device has; looks whether it is at hand. */
int link_host_begin_again(struct link_host *host);
bool link_host_begin_answered(struct link_host *host, int *status);
/* Asks for the commit, under a new sequence number; the same again. */
int link_host_commit_send(struct link_host *host);
int link_host_commit_again(struct link_host *host);
/* What follows from a status of the device: the status, or an error. */
int link_host_judge(uint8_t status);
/* Whether the answer to the latest commit has come, and what it says. */
bool link_host_commit_answered(struct link_host *host, int *status);

#endif
