/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packages: bundles (TAB) of objects (TBF), one for each processor, or a lone object. All of it is
 * in memory; files are written only by gantry_package_write(). No device is needed.
 *
 * Unless a function says otherwise, it answers GANTRY_OK; GANTRY_FAILED for a file that is not what
 * it has to be, or cannot be read or written; GANTRY_PERMISSION; GANTRY_MEMORY; GANTRY_USAGE for
 * arguments that cannot be right. Ownership, threads: see context.h.
 */
#ifndef GANTRY_PACKAGE_H
#define GANTRY_PACKAGE_H

#include <gantry/context.h>
#include <gantry/key.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Opaque. */
struct gantry_package;

/** What goes into the header of an app that is packed; zeroed: as the executable has it. */
struct gantry_pack {
    size_t size;              /* sizeof (struct gantry_pack): which members there are */
    const char *name;         /* of the app; not NULL */
    const char *architecture; /* such as "cortex-m4"; NULL: "cortex-m3" for an Arm executable */
    const char *board;        /* the only board it is for; NULL: any */
    uint32_t version;
    uint32_t app_heap;    /* bytes of RAM beside what the executable reserves */
    uint32_t kernel_heap; /* bytes of RAM that the kernel may take of its block */
};

/** An object of a package; sizes and offsets in bytes. */
struct gantry_object {
    const char *member;  /* its name in the bundle, such as "cortex-m4.tbf" */
    const uint8_t *data; /* all of it, `size` bytes */
    uint32_t size;
    const char *fault; /* why it is no TBF, in words, and what follows is zero; NULL: it is one */
    const char *name;  /* of the app, fit to print */
    uint32_t header_size;
    uint32_t binary_end; /* where the footers begin: what is before them is signed */
    uint32_t version;
    uint32_t short_id;
    uint32_t ram;
    uint8_t digest[32]; /* SHA-256 of what is signed */
    bool kernel;        /* a kernel, no app */
};

/**
 * Reads a package, or a lone TBF.
 * @param package  receives it, to be freed with gantry_package_free(); NULL when this fails
 */
GANTRY_API enum gantry_error gantry_package_open(struct gantry *gantry, const char *path,
                                                 struct gantry_package **package);
/**
 * Makes a package of one executable: an ELF file for Arm, RISC-V or x86. It is not signed.
 * @param path     of the executable
 * @param pack     what goes into the header; not NULL
 * @param package  receives it, to be freed with gantry_package_free(); NULL when this fails
 */
GANTRY_API enum gantry_error gantry_package_pack(struct gantry *gantry, const char *path,
                                                 const struct gantry_pack *pack,
                                                 struct gantry_package **package);
/** Writes a package: beside the file first, then moved into place. */
GANTRY_API enum gantry_error
gantry_package_write(struct gantry *gantry, const struct gantry_package *package, const char *path);
/** Frees it; package may be NULL. Also after the handle it was made with is gone. */
GANTRY_API void gantry_package_free(struct gantry_package *package);

/** How many objects there are in it, at least one. */
GANTRY_API size_t gantry_package_count(const struct gantry_package *package);
/**
 * An object.
 * @return valid until the package is signed or freed; NULL: no such index
 */
GANTRY_API const struct gantry_object *gantry_package_object(const struct gantry_package *package,
                                                             size_t index);
/** The app's name in the bundle, fit to print; "" for a lone TBF. Valid as long as the package. */
GANTRY_API const char *gantry_package_name(const struct gantry_package *package);
/** Whether it is a bundle, and no lone TBF. */
GANTRY_API bool gantry_package_is_bundle(const struct gantry_package *package);
/** The oldest kernel it is for, and when it was built, as it says; "": it does not. */
GANTRY_API const char *gantry_package_kernel(const struct gantry_package *package);
GANTRY_API const char *gantry_package_built(const struct gantry_package *package);
/** The boards it is for, with commas between them; "": any. Valid as long as the package. */
GANTRY_API const char *gantry_package_boards(const struct gantry_package *package);

/**
 * Signs all objects with a private key: ECDSA P-256 over everything up to the footers, in place of
 * the credentials that were there. The same package and key give the same signature. After an error
 * the package is as it was.
 */
GANTRY_API enum gantry_error gantry_package_sign(struct gantry *gantry,
                                                 struct gantry_package *package,
                                                 const struct gantry_key *key);
/**
 * Makes room for a signature in all objects, for signing elsewhere and later: from then on their
 * digests are what is to be signed. Objects that have room stay as they are. After an error the
 * package is as it was.
 */
GANTRY_API enum gantry_error gantry_package_prepare(struct gantry *gantry,
                                                    struct gantry_package *package);
/**
 * Signs one digest, for somebody who keeps the key elsewhere.
 * @param member     which object it is of
 * @param signature  receives r and s, 32 bytes each, big-endian
 * @return GANTRY_OK, or what the call that asked ends with
 */
typedef enum gantry_error gantry_signer(void *user, const char *member, const uint8_t digest[32],
                                        uint8_t signature[64]);
/**
 * The same by an external signer. Each signature is verified with the public key before it counts.
 * @param key  may be without its private half
 * @return also GANTRY_REFUSED: a signature does not verify; or what the signer answered
 */
GANTRY_API enum gantry_error gantry_package_sign_by(struct gantry *gantry,
                                                    struct gantry_package *package,
                                                    const struct gantry_key *key,
                                                    gantry_signer *signer, void *user);
/**
 * Reads a signature in one of its usual forms: 64 raw bytes, or strict DER.
 * @return false: it is neither
 */
GANTRY_API bool gantry_signature_read(const uint8_t *data, size_t length, uint8_t signature[64]);
/**
 * Checks that a key signed all objects.
 * @return also GANTRY_REFUSED: it did not, or something was changed afterwards
 */
GANTRY_API enum gantry_error gantry_package_verify(struct gantry *gantry,
                                                   const struct gantry_package *package,
                                                   const struct gantry_key *key);

#ifdef __cplusplus
}
#endif
#endif
