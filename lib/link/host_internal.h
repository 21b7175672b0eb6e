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
/* Asks for the commit, under a new sequence number; the same again. */
int link_host_commit_send(struct link_host *host);
int link_host_commit_again(struct link_host *host);
/* What follows from a status of the device: the status, or an error. */
int link_host_judge(uint8_t status);
/* Whether the answer to the latest commit has come, and what it says. */
bool link_host_commit_answered(struct link_host *host, int *status);

#endif
