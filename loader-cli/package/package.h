// SPDX-License-Identifier: Apache-2.0
/*
 * Packages on the host: files, ELF, TBF images, TABs, keys and signatures. Errors are reported to
 * the cli by whoever finds them; functions answer an exit code, 0 when all is well.
 */
#ifndef PACKAGE_PACKAGE_H
#define PACKAGE_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <tbf/header.h>

#include "../report/report.h"

/** Largest file or archive member that is read, bytes. */
#define PACKAGE_MAX (16u << 20)

/** Bytes on the heap; data is NULL when there are none. Free with bytes_free(). */
struct bytes {
    uint8_t *data;
    size_t size;
};

void bytes_free(struct bytes *bytes);
/** Makes room for size bytes, zeroed behind the old ones. */
bool bytes_resize(struct bytes *bytes, size_t size);

/** Reads a whole file of at most PACKAGE_MAX bytes. */
int file_read(struct cli *cli, const char *path, struct bytes *content);
/**
 * Writes a whole file: beside it first, then moved into place. private_file: mode 0600.
 * @return EXIT_SPACE for a full disk, else an exit code, reported; what was there before still is
 */
int file_write(struct cli *cli, const char *path, const void *data, size_t size, bool private_file);

enum { WRITEABLE_MAX = 8 };

/** What of an ELF file goes into an app. */
struct elf_app {
    struct bytes binary;    /* flash image, relocations of .data appended */
    uint32_t entry;         /* offset in the binary */
    uint16_t machine;       /* EM_ARM, EM_RISCV or EM_386 */
    uint32_t ram_size;      /* RAM up to the end of the last segment; 0: not at 0, see moved_size */
    uint32_t moved_size;    /* RAM of the segments that lie in flash and are copied: no stack */
    uint32_t stack_size;    /* of the section .stack; 0: there is none */
    uint32_t flash_address; /* where the binary is linked to lie */
    uint32_t ram_address;   /* the symbol _sram_origin; 0: none, or anywhere */
    uint32_t app_start;     /* the symbol tbf_protected_region_size; 0: none */
    bool position_independent;
    size_t writeable_count; /* sections with .wfr in their name: flash that the app may write */
    struct {
        uint32_t offset; /* in the binary */
        uint32_t size;
    } writeable[WRITEABLE_MAX];
};

/**
 * Reads a little-endian executable for Arm, RISC-V or x86, all of whose addresses have 32 bits. One
 * that begins at 0x80000000 is position-independent, any other is fixed where it was linked.
 */
int elf_read(struct cli *cli, const char *path, bool kernel, struct elf_app *app);

/** One TBF in a package. */
struct tab_member {
    char name[64]; /* "cortex-m4.tbf" */
    struct bytes tbf;
};

enum { TAB_MEMBERS_MAX = 64 /* libtock-c makes more than 20 by default */ };

/** A Tock Application Bundle, or a lone TBF taken for a bundle of one. */
struct tab {
    char name[TBF_NAME_MAX + 8]; /* cli_clean() leaves some bytes free */
    char boards[128];            /* only-for-boards; "" = any */
    char kernel[16];             /* minimum-tock-kernel-version; "" = any */
    char built[32];              /* build-date; "" = not said */
    bool bare;                   /* the file was a TBF, not an archive */
    size_t count;
    struct tab_member member[TAB_MEMBERS_MAX];
};

int tab_read(struct cli *cli, const char *path, struct tab *tab);
int tab_write(struct cli *cli, const char *path, const struct tab *tab);
void tab_free(struct tab *tab);
/** The member for an architecture such as "cortex-m4" (an older Cortex-M will do); NULL when none.
 */
struct tab_member *tab_find(struct tab *tab, const char *architecture);
/** The next member of the same architecture: the app linked for other addresses; NULL when none. */
struct tab_member *tab_next(struct tab *tab, const struct tab_member *member);

/** Records of the Permissions TLV that a new TBF can have. */
enum { RIGHTS_RECORDS_MAX = 64 };

/** What an app may use and store. Zeroed: nothing of it is in the header. */
struct image_rights {
    bool restricted; /* the permissions count */
    uint8_t permissions[2 + 16 * RIGHTS_RECORDS_MAX];
    uint8_t storage[72];
    uint16_t storage_size; /* 0: the app has its own items, and no others */
};

/** Adds a permission: "DRIVER" (its commands 0 to 63) or "DRIVER:COMMAND,COMMAND..."; false: it is
 * neither, or one too many. */
bool rights_permit(struct image_rights *rights, const char *text);
/** Bytes of the Permissions TLV. */
uint16_t rights_permissions_size(const struct image_rights *rights);
/** Sets what it may store; the lists end with NULL, or are NULL. False: an id is none, or too many.
 * @param write_id  0: it may not write; which other number it is means nothing to a kernel
 */
bool rights_store(struct image_rights *rights, uint32_t write_id, const char *const *read,
                  const char *const *modify);
/** Reads MAJOR or MAJOR.MINOR; false: it is neither. */
bool version_read(const char *text, uint16_t *major, uint16_t *minor);
/** Reads a fault policy: stop, restart, restart:N, panic; false: it is none of them. */
bool fault_read(const char *text, uint8_t *policy, uint8_t *restarts);

/** Kernel version in the header of a new TBF that asks for none. */
enum { IMAGE_KERNEL_MAJOR = 2, IMAGE_KERNEL_MINOR = 2 };

/** How a new TBF is laid out. */
enum image_layout {
    IMAGE_EXACT,  /* as small as it can be; the binary begins at a multiple of 0x80 */
    IMAGE_TOCK,   /* the same, the size rounded up to a power of two */
    IMAGE_ELF2TAB /* byte for byte what elf2tab makes */
};

/** What goes into the header of a new TBF. */
struct image_options {
    const char *name;
    uint32_t app_heap;
    uint32_t kernel_heap;
    bool has_stack;
    uint32_t stack; /* instead of what the executable reserves */
    uint32_t
        minimum_ram; /* all of the RAM, whatever the executable and the three before say; 0: no */
    uint32_t version;
    uint32_t short_id;
    bool disabled;
    bool sticky;
    bool no_kernel_version;
    uint16_t kernel_major; /* 0: IMAGE_KERNEL_MAJOR and _MINOR */
    uint16_t kernel_minor;
    bool fixed;           /* the next two count */
    uint32_t fixed_flash; /* where the binary must lie; TBF_NO_FIXED_ADDRESS: anywhere */
    uint32_t fixed_ram;
    uint32_t app_start;                /* header and protected bytes; 0: as the layout has it */
    const struct image_rights *rights; /* NULL: none */
    uint8_t fault_policy;              /* of TBF_TLV_FAULT; 0: none */
    uint8_t fault_restarts;            /* 255: without end */
    uint32_t credentials;              /* bytes of footer that will be taken */
    uint32_t min_footer;               /* bytes of footer to leave room for, those included */
    enum image_layout layout;
    bool kernel;
    uint32_t board_id;
    uint32_t slot_address;
    uint32_t image_offset; /* kernel: from the slot to the vector table */
};

/** Makes a TBF, unsigned, with Reserved footers. */
int image_build(struct cli *cli, const struct elf_app *app, const struct image_options *options,
                struct bytes *tbf);
/** Parses a TBF and complains about it in words. */
int image_parse(struct cli *cli, const struct bytes *tbf, const char *what,
                struct tbf_header *header);

/**
 * Makes an object that has no room for a signature larger; Tock's tools can make such. One that has
 * only a Main TLV is given a Program TLV, without which there are no footers.
 * @param room    bytes of footers to have, at least
 * @param header  of the object; receives that of the new one
 */
int image_make_room(struct cli *cli, struct bytes *tbf, const char *what, uint32_t room,
                    struct tbf_header *header);

/** A P-256 key. */
struct key {
    uint8_t public_key[64];
    uint8_t fingerprint[32];
    uint8_t private_key[32];
    bool has_private;
};

/** Iterations of PBKDF2 in keys that are written: what OWASP asks for with HMAC-SHA-256. */
enum { KEY_ITERATIONS = 600000 };

int key_generate(struct cli *cli, struct key *key);
/** Reads a key file, private or public: package/key_file.h says which, and where passwords come
 * from.
 */
int key_read(struct cli *cli, const char *path, struct key *key);
/** Writes PATH (private, mode 0600, must not exist) and PATH with .pub.pem. */
int key_write(struct cli *cli, const char *path, const struct key *key);
/**
 * The same, with the private half encrypted.
 * @param password    at least a byte; NULL: not encrypted
 * @param iterations  how often it is hashed: KEY_ITERATIONS, and fewer in tests alone
 */
int key_write_encrypted(struct cli *cli, const char *path, const struct key *key,
                        const char *password, uint32_t iterations);

/**
 * Signs a digest with a private key: deterministic ECDSA (RFC 6979), so that the same package and
 * key give the same signature. 0 or an mbedTLS error.
 */
int key_sign(const struct key *key, const uint8_t digest[32], uint8_t signature[64]);

/**
 * Signs all TBFs of a package: over everything up to the footers. The credential replaces what was
 * in the footers; every signature is verified before it counts.
 */
int package_sign(struct cli *cli, struct tab *tab, const struct key *key);
/**
 * Makes one signature, somewhere else.
 * @return EXIT_DONE, or what signing ends with
 */
typedef int package_signer(void *context, const char *member, const uint8_t digest[32],
                           uint8_t signature[64]);
/** The same with signatures that are asked for. */
int package_sign_by(struct cli *cli, struct tab *tab, const struct key *key, package_signer *signer,
                    void *context);
/** Checks that a key signed all TBFs of a package. */
int package_verify(struct cli *cli, const struct tab *tab, const struct key *key);
/** Makes room for a signature in all TBFs of a package. */
int package_prepare(struct cli *cli, struct tab *tab);
/** Reads a signature: 64 raw bytes, r and s, or strict DER; false: it is neither. */
bool signature_decode(const uint8_t *answer, size_t length, uint8_t signature[64]);
/** The digest of a TBF: SHA-256 over [0, binary_end). */
void package_digest(const struct bytes *tbf, const struct tbf_header *header, uint8_t digest[32]);
/** Runs an external signing command. posix/ knows how. */
int sign_command_run(struct cli *cli, const char *command, const uint8_t digest[32],
                     uint8_t signature[64]);

#endif
