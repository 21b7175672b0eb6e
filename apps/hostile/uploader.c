// SPDX-License-Identifier: Apache-2.0
/*
 * Hostile: does everything with the app loader that can be done wrong, and says what came of each;
 * then does it right.
 */
#include <gantry/alarm.h>
#include <gantry/app_loader.h>
#include <gantry/console.h>
#include <gantry/memory.h>

enum { PART = 512, GUEST_SHORT_ID = 0x47554553, PAGE = 4096 };

extern const uint8_t guest[];
extern const uint32_t guest_size;

static unsigned passed;
static unsigned failed;
static uint8_t part[PART];

static void expect(const char *what, enum abi_error wanted, enum abi_error got)
{
    if (wanted == got) {
        passed++;
    } else {
        failed++;
        printf("FAIL %s: %s instead of %s\r\n", what, syscall_error_name(got),
               syscall_error_name(wanted));
    }
}

static enum abi_error command(uint32_t number, uint32_t argument0, uint32_t argument1)
{
    return syscall_error(syscall_command(ABI_DRIVER_APP_LOADER, number, argument0, argument1));
}

static void share(const void *data, size_t length)
{
    (void)syscall_allow_ro(ABI_DRIVER_APP_LOADER, ABI_APP_LOADER_RO_DATA, data, length);
}

/* The status of the upcall that is waited for, and its second word. */
static enum abi_error status_of(uint32_t upcall, uint32_t *value)
{
    uint32_t result[3] = {ABI_BADRVAL, 0, 0};

    syscall_yield_wait_for(ABI_DRIVER_APP_LOADER, upcall, result);
    *value = result[1];
    return (enum abi_error)result[0];
}

static void out_of_order(void)
{
    share(guest, guest_size);
    expect("write before setup", ABI_INVAL, command(ABI_APP_LOADER_WRITE, 0, PART));
    expect("finalize before setup", ABI_INVAL, command(ABI_APP_LOADER_FINALIZE, 0, 0));
    expect("load before setup", ABI_INVAL, command(ABI_APP_LOADER_LOAD, 0, 0));
    expect("abort before setup", ABI_INVAL, command(ABI_APP_LOADER_ABORT, 0, 0));
    expect("a command that does not exist", ABI_NOSUPPORT, command(7, 0, 0));
}

static void sizes(void)
{
    static const uint32_t bad[] = {0, 1, 2, 4, 8, 12, 15, 17, 18, 19, 4097, 0xFFFFFFFF};
    static const uint32_t large[] = {0x100000 + 16, 0x10000000, 0x7FFFFFFC, 0xFFFFFFFC};
    static const uint32_t good[] = {16,       20,       PAGE - 16, PAGE - 12,
                                    PAGE - 8, PAGE - 4, PAGE,      PAGE + 4};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        expect("setup of a bad size", ABI_INVAL, app_loader_setup(bad[i]));
    }
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        expect("setup without room", ABI_FAIL, app_loader_setup(large[i]));
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        expect("setup of an odd size", ABI_OK, app_loader_setup(good[i]));
        expect("abort of it", ABI_OK, app_loader_abort());
    }
    expect("nothing left to abort", ABI_INVAL, app_loader_abort());
}

/* Writes at 0 with the two first words as given. */
static enum abi_error header(uint32_t word0, uint32_t word1)
{
    uint32_t words[2] = {word0, word1};

    return app_loader_write(0, words, sizeof words);
}

static void writes(void)
{
    expect("setup", ABI_OK, app_loader_setup(guest_size));
    for (uint32_t offset = 1; offset < 8; offset++) {
        expect("write at 1 to 7", ABI_INVAL, app_loader_write(offset, guest, PART));
    }
    expect("4 bytes at 0", ABI_INVAL, app_loader_write(0, guest, 4));
    expect("no bytes", ABI_INVAL, app_loader_write(0, guest, 0));
    expect("header with another size", ABI_INVAL, header(0x00400002, guest_size + 4));
    expect("header of another version", ABI_INVAL, header(0x00400003, guest_size));
    expect("setup in the middle", ABI_BUSY, app_loader_setup(guest_size));
    expect("odd length", ABI_INVAL, app_loader_write(0, guest, 510));
    expect("past the end", ABI_INVAL, app_loader_write(guest_size - PART + 4, guest, PART));
    expect("far past the end", ABI_INVAL, app_loader_write(0xFFFFFFFC, guest, PART));
    share(guest, PART);
    expect("longer than the buffer", ABI_INVAL, command(ABI_APP_LOADER_WRITE, 0, PART + 4));
    share(NULL, 0);
    expect("without a buffer", ABI_INVAL, command(ABI_APP_LOADER_WRITE, 0, PART));
    expect("the second part", ABI_OK, app_loader_write(PART, guest + PART, PART));
    expect("a part of it again", ABI_INVAL, app_loader_write(PART + 4, guest + PART, 8));
    expect("a part before and it again", ABI_INVAL, app_loader_write(8, guest, PART));
    expect("finalize with a gap", ABI_INVAL, app_loader_finalize());
    expect("load with a gap", ABI_INVAL, app_loader_load());
    expect("the first part", ABI_OK, app_loader_write(0, guest, PART));
    expect("unload in the middle", ABI_BUSY, app_loader_unload(GUEST_SHORT_ID, NULL));
}

/* Commands while one is under way, and a buffer that goes away meanwhile. */
static void meanwhile(void)
{
    uint32_t written;
    uint32_t left;

    share(guest + 2 * PART, guest_size - 2 * PART);
    expect("a long write", ABI_OK, command(ABI_APP_LOADER_WRITE, 2 * PART, 4 * PART));
    for (uint32_t number = ABI_APP_LOADER_SETUP; number <= ABI_APP_LOADER_UNLOAD; number++) {
        expect("a command meanwhile", ABI_BUSY, command(number, 16, 16));
    }
    share(NULL, 0);
    expect("the buffer went away", ABI_INVAL, status_of(ABI_APP_LOADER_UPCALL_WRITTEN, &written));
    expect("a part was written", ABI_OK,
           written % 4 == 0 && written < 4 * PART ? ABI_OK : ABI_FAIL);
    left = 4 * PART - written;
    expect("the rest of it", ABI_OK,
           app_loader_write(2 * PART + written, guest + 2 * PART + written, left));
}

static void the_rest(void)
{
    uint32_t at = 6 * PART;

    expect("the end first", ABI_OK,
           app_loader_write(at + PART, guest + at + PART, guest_size - at - PART));
    expect("then the middle", ABI_OK, app_loader_write(at, guest + at, PART));
    expect("load before finalize", ABI_INVAL, app_loader_load());
    expect("finalize", ABI_OK, app_loader_finalize());
    expect("write after finalize", ABI_INVAL, app_loader_write(0, guest, PART));
    expect("finalize again", ABI_INVAL, app_loader_finalize());
}

/* Installs the guest with one byte xored; 0: as it is. */
static enum abi_error install_with(uint32_t where, uint8_t change)
{
    enum abi_error error = app_loader_setup(guest_size);

    for (uint32_t at = 0; at < guest_size && error == ABI_OK; at += PART) {
        uint32_t length = guest_size - at < PART ? guest_size - at : PART;

        memcpy(part, guest + at, length);
        if (where - at < length) {
            part[where - at] ^= change;
        }
        error = app_loader_write(at, part, length);
    }
    error = error != ABI_OK ? error : app_loader_finalize();
    return error != ABI_OK ? error : app_loader_load();
}

static void forged(void)
{
    expect("a flag of the header flipped", ABI_FAIL, install_with(8, 2));
    expect("a byte of the code flipped", ABI_FAIL, install_with(700, 1));
    expect("a byte in the middle flipped", ABI_FAIL, install_with(8000, 0x80));
}

/* The credential stands right behind the binary: TLV 128, 68 bytes, format 6. */
static uint32_t credential(void)
{
    for (uint32_t at = guest_size - 12; at > 16; at -= 4) {
        if (guest[at] == 128 && guest[at + 1] == 0 && guest[at + 2] == 68 && guest[at + 4] == 6) {
            return at;
        }
    }
    return 0;
}

static void unsigned_ones(void)
{
    uint32_t at = credential();

    expect("the guest is signed", ABI_OK, at != 0 ? ABI_OK : ABI_FAIL);
    expect("no signature", ABI_FAIL, install_with(at + 4, 6));
    expect("another signature", ABI_FAIL, install_with(at + 20, 1));
}

static void unloads(void)
{
    uint32_t address = 0;

    expect("unload 0", ABI_INVAL, app_loader_unload(0, NULL));
    expect("unload what is not there", ABI_FAIL, app_loader_unload(0x12345678, NULL));
    expect("unload the guest", ABI_OK, app_loader_unload(GUEST_SHORT_ID, &address));
    expect("where it lies", ABI_OK, address != 0 ? ABI_OK : ABI_FAIL);
    expect("unload it again", ABI_FAIL, app_loader_unload(GUEST_SHORT_ID, NULL));
}

int main(void)
{
    enum abi_error error = app_loader_available();

    if (error != ABI_OK) {
        printf("uploader: %s\r\n", syscall_error_name(error));
        return (int)error;
    }
    while (app_loader_setup(PAGE) == ABI_BUSY) {
        alarm_sleep_ms(20); /* until the host that brought this app is done */
    }
    (void)app_loader_abort();
    out_of_order();
    sizes();
    writes();
    meanwhile();
    the_rest();
    expect("abort after finalize", ABI_OK, app_loader_abort());
    forged();
    unsigned_ones();
    expect("as it was signed", ABI_OK, install_with(0, 0));
    expect("the same once more", ABI_FAIL, app_loader_install(guest, guest_size));
    unloads();
    printf("uploader: %u passed, %u failed\r\n", passed, failed);
    return 0;
}
