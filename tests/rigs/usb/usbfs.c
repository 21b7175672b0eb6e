// SPDX-License-Identifier: Apache-2.0
#include "usbfs.h"

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { INTERFACES_MAX = 32, HOLD_MS = 2, SETUP = 8, CLAIM_MS = 20, CLAIM_TRIES = 15 };

/* One transfer of a program. */
struct urb {
    struct opener *opener;
    UMockdevIoctlData *data;   /* struct usbdevfs_urb */
    UMockdevIoctlData *buffer; /* what it points to; NULL: nothing */
    uint64_t id;
    struct urb *next;
};

/* One program that has the node open. */
struct opener {
    struct usbfs *usbfs;
    UMockdevIoctlClient *client;
    struct urb *waiting;
    struct urb *ended;          /* to be reaped, oldest first */
    UMockdevIoctlData *reaping; /* where a waiting REAPURB wants the transfer's address */
    guint hold;                 /* counts such waits, for the one that is given up */
    guint holds;                /* timeouts that have not come yet */
    bool vanished;              /* freed when its last transfer has ended */
    struct opener *next;
};

struct usbfs {
    struct redir *redir;
    UMockdevIoctlBase *handler;
    struct opener *openers;
    struct opener *claimed[INTERFACES_MAX];
    uint32_t kernel_driver;
    uint8_t configuration; /* chosen anew after a reset, as the kernel does */
    bool gone;
};

/* A wait for a transfer that ends; given up after a moment, since poll() cannot tell of it. */
struct hold {
    struct opener *opener;
    guint number;
};

static void free_urb(struct urb *urb)
{
    g_object_unref(urb->data);
    if (urb->buffer != NULL) {
        g_object_unref(urb->buffer);
    }
    free(urb);
}

/* Frees a program's record when it is gone and nothing of it is under way. */
static void free_if_done(struct opener *opener)
{
    struct opener **at = &opener->usbfs->openers;

    if (!opener->vanished || opener->waiting != NULL || opener->holds > 0) {
        return;
    }
    while (opener->ended != NULL) {
        struct urb *urb = opener->ended;

        opener->ended = urb->next;
        free_urb(urb);
    }
    while (*at != opener) {
        at = &(*at)->next;
    }
    *at = opener->next;
    free(opener);
}

/* The program has closed the node, or ended: as the kernel does, everything of it is taken back. */
static void on_closed(gpointer context, GObject *client)
{
    struct opener *opener = context;
    struct usbfs *usbfs = opener->usbfs;

    (void)client;
    pthread_mutex_lock(&usbfs->redir->lock);
    opener->vanished = true;
    for (size_t i = 0; i < INTERFACES_MAX; i++) {
        if (usbfs->claimed[i] == opener) {
            usbfs->claimed[i] = NULL;
        }
    }
    for (const struct urb *urb = opener->waiting; urb != NULL; urb = urb->next) {
        redir_cancel(usbfs->redir, urb->id);
    }
    free_if_done(opener);
    pthread_mutex_unlock(&usbfs->redir->lock);
}

static struct opener *opener_of(struct usbfs *usbfs, UMockdevIoctlClient *client)
{
    struct opener *opener = usbfs->openers;

    while (opener != NULL && (opener->client != client || opener->vanished)) {
        opener = opener->next;
    }
    if (opener == NULL) {
        opener = calloc(1, sizeof *opener);
        if (opener == NULL) {
            abort();
        }
        *opener = (struct opener){.usbfs = usbfs, .client = client, .next = usbfs->openers};
        usbfs->openers = opener;
        g_object_weak_ref(G_OBJECT(client), on_closed, opener);
    }
    return opener;
}

static void complete(UMockdevIoctlClient *client, int error)
{
    umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
}

/* Ends a waiting REAPURB. */
static void end_wait(struct opener *opener)
{
    g_object_unref(opener->reaping);
    g_object_unref(opener->client);
    opener->reaping = NULL;
    opener->hold++;
}

/* Answers a waiting REAPURB when a transfer has ended. */
static void reap(struct opener *opener)
{
    struct urb *urb = opener->ended;

    if (urb == NULL || opener->reaping == NULL) {
        return;
    }
    opener->ended = urb->next;
    umockdev_ioctl_data_set_ptr(opener->reaping, 0, urb->data);
    complete(opener->client, 0);
    end_wait(opener);
    free_urb(urb);
}

static gboolean give_up(gpointer context)
{
    struct hold *hold = context;
    struct opener *opener = hold->opener;
    pthread_mutex_t *lock = &opener->usbfs->redir->lock;

    pthread_mutex_lock(lock);
    if (opener->reaping != NULL && opener->hold == hold->number) {
        complete(opener->client, opener->usbfs->gone ? ENODEV : EAGAIN);
        end_wait(opener);
    }
    opener->holds--;
    free_if_done(opener);
    pthread_mutex_unlock(lock);
    free(hold);
    return G_SOURCE_REMOVE;
}

static void wait_a_moment(struct opener *opener, UMockdevIoctlData *where)
{
    struct hold *hold = malloc(sizeof *hold);
    GSource *source = g_timeout_source_new(opener->waiting != NULL ? HOLD_MS : 0);

    if (hold == NULL) {
        abort();
    }
    /* Nobody but this keeps a client that has no answer yet. */
    g_object_ref(opener->client);
    opener->reaping = g_object_ref(where);
    opener->holds++;
    *hold = (struct hold){opener, ++opener->hold};
    g_source_set_callback(source, give_up, hold, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
    g_source_unref(source);
}

/* A transfer has ended. */
static void on_done(void *context, int status, const uint8_t *data, size_t length)
{
    struct urb *urb = context;
    struct opener *opener = urb->opener;
    struct usbdevfs_urb *k = (void *)urb->data->data;
    size_t skip = k->type == USBDEVFS_URB_TYPE_CONTROL ? SETUP : 0;
    struct urb **at = &opener->waiting;

    if (data != NULL && urb->buffer != NULL) {
        size_t room = (size_t)urb->buffer->data_len - skip;

        length = length < room ? length : room;
        memcpy(urb->buffer->data + skip, data, length);
    }
    k->status = status;
    k->actual_length = status == 0 || data != NULL ? (int)length : 0;
    while (*at != urb) {
        at = &(*at)->next;
    }
    *at = urb->next;
    urb->next = NULL;
    for (at = &opener->ended; *at != NULL; at = &(*at)->next) {
    }
    *at = urb;
    if (opener->vanished) {
        free_if_done(opener);
    } else {
        reap(opener);
    }
}

static int submit(struct opener *opener, UMockdevIoctlData *data)
{
    struct redir *redir = opener->usbfs->redir;
    const struct usbdevfs_urb *k = (const void *)data->data;
    struct urb *urb = calloc(1, sizeof *urb);
    GError *error = NULL;

    if (urb == NULL) {
        return ENOMEM;
    }
    *urb = (struct urb){.opener = opener, .data = g_object_ref(data), .next = opener->waiting};
    if (k->buffer_length > 0) {
        urb->buffer = umockdev_ioctl_data_resolve(data, offsetof(struct usbdevfs_urb, buffer),
                                                  (gsize)k->buffer_length, &error);
    }
    if (error != NULL || (k->type == USBDEVFS_URB_TYPE_CONTROL && k->buffer_length < SETUP)) {
        g_clear_error(&error);
        free_urb(urb);
        return EFAULT;
    }
    opener->waiting = urb;
    if (k->type == USBDEVFS_URB_TYPE_CONTROL) {
        urb->id = redir_control(redir, urb->buffer->data, urb->buffer->data + SETUP, on_done, urb);
    } else {
        static const uint8_t nothing[1];
        bool out = (k->endpoint & 0x80u) == 0;
        const uint8_t *bytes = urb->buffer != NULL ? urb->buffer->data : nothing;

        urb->id = redir_bulk(redir, k->endpoint, out ? bytes : NULL, (size_t)k->buffer_length,
                             on_done, urb);
    }
    return 0;
}

static int discard(const struct opener *opener, gulong address)
{
    for (const struct urb *urb = opener->waiting; urb != NULL; urb = urb->next) {
        if (urb->data->client_addr == address) {
            redir_cancel(opener->usbfs->redir, urb->id);
            return 0;
        }
    }
    return EINVAL;
}

static int claim(struct opener *opener, unsigned interface)
{
    struct usbfs *usbfs = opener->usbfs;

    if (interface >= INTERFACES_MAX) {
        return EINVAL;
    }
    if ((usbfs->kernel_driver >> interface & 1u) != 0 ||
        (usbfs->claimed[interface] != NULL && usbfs->claimed[interface] != opener)) {
        return EBUSY;
    }
    usbfs->claimed[interface] = opener;
    return 0;
}

/*
 * A claim that waits. The kernel takes interfaces back when a program ends; here that is noticed a
 * little later, perhaps after the next program has asked.
 */
struct waiting_claim {
    struct opener *opener;
    unsigned interface;
    int tries;
};

static gboolean claim_again(gpointer context)
{
    struct waiting_claim *w = context;
    struct opener *opener = w->opener;
    pthread_mutex_t *lock = &opener->usbfs->redir->lock;
    bool over;
    int error;

    pthread_mutex_lock(lock);
    error = opener->vanished ? EBUSY : claim(opener, w->interface);
    w->tries++;
    over = error != EBUSY || opener->vanished || w->tries == CLAIM_TRIES;
    if (over) {
        if (!opener->vanished) {
            complete(opener->client, error);
        }
        g_object_unref(opener->client);
        opener->holds--;
        free_if_done(opener);
    }
    pthread_mutex_unlock(lock);
    if (over) {
        free(w);
    }
    return over ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* Answers at once, or (-1) once the interface is free, or after a moment. */
static int claim_patiently(struct opener *opener, unsigned interface)
{
    int error = claim(opener, interface);
    struct waiting_claim *w;
    GSource *source;

    if (error != EBUSY) {
        return error;
    }
    w = malloc(sizeof *w);
    if (w == NULL) {
        abort();
    }
    *w = (struct waiting_claim){opener, interface, 0};
    g_object_ref(opener->client);
    opener->holds++;
    source = g_timeout_source_new(CLAIM_MS);
    g_source_set_callback(source, claim_again, w, NULL);
    g_source_attach(source, g_main_context_get_thread_default());
    g_source_unref(source);
    return -1;
}

static int release(struct opener *opener, unsigned interface)
{
    if (interface >= INTERFACES_MAX || opener->usbfs->claimed[interface] != opener) {
        return EINVAL;
    }
    opener->usbfs->claimed[interface] = NULL;
    return 0;
}

static int get_driver(const struct usbfs *usbfs, struct usbdevfs_getdriver *question)
{
    if (question->interface >= INTERFACES_MAX ||
        (usbfs->kernel_driver >> question->interface & 1u) == 0) {
        return ENODATA;
    }
    snprintf(question->driver, sizeof question->driver, "cdc_acm");
    return 0;
}

/* The client waits for a request of the kernel's own. */
static void on_request_done(void *context, int status, const uint8_t *data, size_t length)
{
    UMockdevIoctlClient *client = context;

    (void)data;
    (void)length;
    complete(client, -status);
    g_object_unref(client);
}

static void clear_halt(const struct opener *opener, unsigned endpoint)
{
    const uint8_t setup[8] = {0x02, 1, 0, 0, (uint8_t)endpoint, 0, 0, 0};

    redir_control(opener->usbfs->redir, setup, NULL, on_request_done, g_object_ref(opener->client));
}

/* Answers at once: an errno, 0, or -1 when the answer comes by itself. */
static int serve(struct opener *opener, gulong request, UMockdevIoctlData *data)
{
    struct usbfs *usbfs = opener->usbfs;
    const struct usbdevfs_setinterface *alternate;

    switch (request) {
    case USBDEVFS_GET_CAPABILITIES:
        *(uint32_t *)(void *)data->data = USBDEVFS_CAP_ZERO_PACKET |
                                          USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                                          USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
        return 0;
    case USBDEVFS_CLAIMINTERFACE:
        return claim_patiently(opener, *(unsigned *)(void *)data->data);
    case USBDEVFS_RELEASEINTERFACE:
        return release(opener, *(unsigned *)(void *)data->data);
    case USBDEVFS_GETDRIVER:
        return get_driver(usbfs, (void *)data->data);
    case USBDEVFS_SETINTERFACE:
        alternate = (const void *)data->data;
        redir_alternate(usbfs->redir, (uint8_t)alternate->interface, (uint8_t)alternate->altsetting,
                        on_request_done, g_object_ref(opener->client));
        return -1;
    case USBDEVFS_SETCONFIGURATION:
        redir_configure(usbfs->redir, (uint8_t) * (unsigned *)(void *)data->data, on_request_done,
                        g_object_ref(opener->client));
        return -1;
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP:
        clear_halt(opener, *(unsigned *)(void *)data->data);
        return -1;
    case USBDEVFS_RESET:
        redir_reset(usbfs->redir);
        redir_configure(usbfs->redir, usbfs->configuration, on_request_done,
                        g_object_ref(opener->client));
        return -1;
    case USBDEVFS_SUBMITURB:
        return submit(opener, data);
    default:
        return ENOTTY;
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer context)
{
    struct usbfs *usbfs = context;
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *argument = umockdev_ioctl_client_get_arg(client);
    UMockdevIoctlData *data = NULL;
    struct opener *opener;
    int error = -1;

    (void)base;
    if (_IOC_SIZE(request) > 0 && request != USBDEVFS_DISCARDURB) {
        data = umockdev_ioctl_data_resolve(argument, 0, _IOC_SIZE(request), NULL);
        if (data == NULL) {
            return FALSE;
        }
    }
    pthread_mutex_lock(&usbfs->redir->lock);
    opener = opener_of(usbfs, client);
    if (request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY) {
        wait_a_moment(opener, data);
        reap(opener);
    } else if (usbfs->gone || !usbfs->redir->present) {
        error = ENODEV;
    } else if (request == USBDEVFS_DISCARDURB) {
        error = discard(opener, *(gulong *)(void *)argument->data);
    } else {
        error = serve(opener, request, data);
    }
    pthread_mutex_unlock(&usbfs->redir->lock);
    if (error >= 0) {
        complete(client, error);
    }
    if (data != NULL) {
        g_object_unref(data);
    }
    return TRUE;
}

struct usbfs *usbfs_new(struct redir *redir, uint8_t configuration)
{
    struct usbfs *usbfs = calloc(1, sizeof *usbfs);

    if (usbfs == NULL) {
        abort();
    }
    usbfs->redir = redir;
    usbfs->configuration = configuration;
    usbfs->handler = umockdev_ioctl_base_new();
    g_signal_connect(usbfs->handler, "handle-ioctl", G_CALLBACK(on_ioctl), usbfs);
    return usbfs;
}

UMockdevIoctlBase *usbfs_handler(const struct usbfs *usbfs)
{
    return usbfs->handler;
}

void usbfs_gone(struct usbfs *usbfs)
{
    pthread_mutex_lock(&usbfs->redir->lock);
    usbfs->gone = true;
    pthread_mutex_unlock(&usbfs->redir->lock);
}

void usbfs_kernel_driver(struct usbfs *usbfs, uint32_t interfaces)
{
    usbfs->kernel_driver = interfaces;
}
