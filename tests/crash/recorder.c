/* Writes down, in order, what a program does to the files under one folder: an LD_PRELOAD library for crash_states.
 *
 * It stands between the program and libc, and holds one lock over each call and its line in the log, so that the order of
 * the log is the order in which the kernel saw the calls. A call that it cannot describe is logged as 'X': whoever replays
 * the log then refuses it. An entry is a header, then `name` bytes of a path, then `data` bytes (a second path, or content).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

struct entry {
    char what;
    char flag;
    uint16_t name;
    uint32_t data;
    uint64_t inode;
    uint64_t offset;
};

enum { CREATED = 1, TRUNCATED = 2, FOLDER = 4 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char watched[PATH_MAX];
static size_t watched_length;
static int log_fd = -1;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static void put(const void *bytes, size_t size) {
    const char *at = bytes;
    while (size) {
        ssize_t done = REAL(write)(log_fd, at, size);
        if (done <= 0) abort();
        at += done;
        size -= (size_t)done;
    }
}

static void note(char what, char flag, uint64_t inode, uint64_t offset, const char *name, const void *data, size_t size) {
    struct entry entry = {what, flag, (uint16_t)(name ? strlen(name) : 0), (uint32_t)size, inode, offset};
    put(&entry, sizeof entry);
    if (name) put(name, entry.name);
    if (size) put(data, size);
}

/* From now on, what happens under `folder` (a real path) goes to the file `log`. */
void crash_begin(const char *folder, const char *log) {
    watched_length = strlen(folder);
    if (watched_length >= sizeof watched) abort();
    memcpy(watched, folder, watched_length + 1);
    log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (log_fd < 0) abort();
}

/* The program says to somebody outside: this has happened. */
void crash_say(const char *text) {
    pthread_mutex_lock(&lock);
    if (log_fd >= 0) note('!', 0, 0, 0, NULL, text, strlen(text));
    pthread_mutex_unlock(&lock);
}

static int under(const char *path) {
    return log_fd >= 0 && strncmp(path, watched, watched_length) == 0 && (path[watched_length] == '/' || !path[watched_length]);
}

/* The path with its folder resolved, if it lies under the watched one; the last name is left as it is. */
static int resolved(int at, const char *path, char *into) {
    char copy[PATH_MAX], folder[PATH_MAX];
    if (log_fd < 0 || !path) return 0;
    if (path[0] != '/' && at != AT_FDCWD) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", at);
        ssize_t size = readlink(link, folder, sizeof folder - 1);
        if (size < 0) return 0;
        folder[size] = 0;
        if (snprintf(copy, sizeof copy, "%s/%s", folder, path) >= (int)sizeof copy) return 0;
    } else if (snprintf(copy, sizeof copy, "%s%s", path[0] == '/' ? "" : "./", path) >= (int)sizeof copy)
        return 0;
    char *slash = strrchr(copy, '/');
    while (slash > copy && !slash[1]) { *slash = 0; slash = strrchr(copy, '/'); }
    *slash = 0;
    if (!realpath(*copy ? copy : "/", folder)) return 0;
    if (snprintf(into, PATH_MAX, "%s/%s", folder, slash + 1) >= PATH_MAX) return 0;
    return under(into);
}

static int inode_of(int fd, uint64_t *inode, mode_t *mode) {
    struct stat about;
    char link[64], path[PATH_MAX];
    if (log_fd < 0 || fd == log_fd || fstat(fd, &about)) return 0;
    if (!S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    *inode = about.st_ino;
    if (mode) *mode = about.st_mode;
    return under(path);
}

static int opened(const char *name, int at, const char *path, int flags, mode_t mode) {
    int (*call)(int, const char *, int, ...) = (int (*)(int, const char *, int, ...))real(name);
    char full[PATH_MAX];
    struct stat before, after;
    pthread_mutex_lock(&lock);
    int ours = resolved(at, path, full), was = ours && stat(full, &before) == 0;
    int fd = call(at, path, flags, mode), kept = errno;
    if (ours && fd >= 0 && fstat(fd, &after) == 0) {
        int flag = (was ? 0 : CREATED) | (was && (flags & O_TRUNC) ? TRUNCATED : 0) | (S_ISDIR(after.st_mode) ? FOLDER : 0);
        if (flag & (CREATED | TRUNCATED)) note('O', (char)flag, after.st_ino, 0, full, NULL, 0);
        if ((flags & O_TMPFILE) == O_TMPFILE) note('X', 0, 0, 0, "O_TMPFILE", NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return fd;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE_OF(flags) return opened("openat", AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return opened("openat64", AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened("openat", at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE_OF(flags) return opened("openat64", at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return opened("openat", AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

/* Calls `expression`, then describes it if the file of `fd` is watched and the result is `good`. */
#define CALLED(type, fd, expression, good, description) \
    uint64_t inode = 0; \
    pthread_mutex_lock(&lock); \
    type result = expression; \
    int kept = errno; \
    if ((good) && inode_of(fd, &inode, NULL)) { description; } \
    pthread_mutex_unlock(&lock); \
    errno = kept; \
    return result;

static uint64_t place_before(int fd, size_t written) { return (uint64_t)lseek(fd, 0, SEEK_CUR) - written; }

static void note_pieces(uint64_t inode, uint64_t offset, const struct iovec *pieces, int count, size_t left) {
    for (int i = 0; i < count && left; i++) {
        size_t size = pieces[i].iov_len < left ? pieces[i].iov_len : left;
        if (size) note('W', 0, inode, offset, NULL, pieces[i].iov_base, size);
        offset += size;
        left -= size;
    }
}

ssize_t write(int fd, const void *data, size_t size) {
    CALLED(ssize_t, fd, REAL(write)(fd, data, size), result > 0,
           note('W', 0, inode, place_before(fd, (size_t)result), NULL, data, (size_t)result))
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    CALLED(ssize_t, fd, REAL(pwrite)(fd, data, size, at), result > 0, note('W', 0, inode, (uint64_t)at, NULL, data, (size_t)result))
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    CALLED(ssize_t, fd, REAL(pwrite64)(fd, data, size, at), result > 0,
           note('W', 0, inode, (uint64_t)at, NULL, data, (size_t)result))
}
ssize_t writev(int fd, const struct iovec *pieces, int count) {
    CALLED(ssize_t, fd, REAL(writev)(fd, pieces, count), result > 0,
           note_pieces(inode, place_before(fd, (size_t)result), pieces, count, (size_t)result))
}
#define WRITES_PIECES(name, offset_type) \
    ssize_t name(int fd, const struct iovec *pieces, int count, offset_type at) { \
        CALLED(ssize_t, fd, REAL(name)(fd, pieces, count, at), result > 0, \
               note_pieces(inode, (uint64_t)at, pieces, count, (size_t)result)) \
    }
WRITES_PIECES(pwritev, off_t)
WRITES_PIECES(pwritev64, off64_t)
#define WRITES_PIECES_BY(name, offset_type) \
    ssize_t name(int fd, const struct iovec *pieces, int count, offset_type at, int flags) { \
        CALLED(ssize_t, fd, REAL(name)(fd, pieces, count, at, flags), result > 0, \
               note_pieces(inode, at < 0 ? place_before(fd, (size_t)result) : (uint64_t)at, pieces, count, (size_t)result)) \
    }
WRITES_PIECES_BY(pwritev2, off_t)
WRITES_PIECES_BY(pwritev64v2, off64_t)
int ftruncate(int fd, off_t size) {
    CALLED(int, fd, REAL(ftruncate)(fd, size), result == 0, note('T', 0, inode, (uint64_t)size, NULL, NULL, 0))
}
int ftruncate64(int fd, off64_t size) {
    CALLED(int, fd, REAL(ftruncate64)(fd, size), result == 0, note('T', 0, inode, (uint64_t)size, NULL, NULL, 0))
}
int posix_fallocate(int fd, off_t at, off_t size) {
    CALLED(int, fd, REAL(posix_fallocate)(fd, at, size), result == 0, note('A', 0, inode, (uint64_t)(at + size), NULL, NULL, 0))
}
int posix_fallocate64(int fd, off64_t at, off64_t size) {
    CALLED(int, fd, REAL(posix_fallocate64)(fd, at, size), result == 0,
           note('A', 0, inode, (uint64_t)(at + size), NULL, NULL, 0))
}
int fsync(int fd) { CALLED(int, fd, REAL(fsync)(fd), result == 0, note('S', 0, inode, 0, NULL, NULL, 0)) }
int fdatasync(int fd) { CALLED(int, fd, REAL(fdatasync)(fd), result == 0, note('D', 0, inode, 0, NULL, NULL, 0)) }

/* Copied inside the kernel: what was copied is read again from where it came. */
static void note_copy(int out, int in, uint64_t from, size_t size) {
    char piece[65536];
    uint64_t inode, to = place_before(out, size);
    if (!inode_of(out, &inode, NULL)) return;
    while (size) {
        ssize_t read = pread(in, piece, size < sizeof piece ? size : sizeof piece, (off_t)from);
        if (read <= 0) abort();
        note('W', 0, inode, to, NULL, piece, (size_t)read);
        from += (uint64_t)read;
        to += (uint64_t)read;
        size -= (size_t)read;
    }
}
#define COPIES(name, offset_type) \
    ssize_t name(int out, int in, offset_type *at, size_t size) { \
        pthread_mutex_lock(&lock); \
        uint64_t from = (uint64_t)(at ? *at : lseek(in, 0, SEEK_CUR)); \
        ssize_t result = REAL(name)(out, in, at, size); \
        int kept = errno; \
        if (result > 0) note_copy(out, in, from, (size_t)result); \
        pthread_mutex_unlock(&lock); \
        errno = kept; \
        return result; \
    }
COPIES(sendfile, off_t)
COPIES(sendfile64, off64_t)

/* Ways to change content that nothing here goes: refused, not guessed. */
static void refuse(int fd, const char *name) {
    uint64_t inode;
    if (inode_of(fd, &inode, NULL)) note('X', 0, inode, 0, name, NULL, 0);
}
#define REFUSED(type, name, fd, arguments) \
    pthread_mutex_lock(&lock); refuse(fd, #name); pthread_mutex_unlock(&lock); return ((type)real(#name)) arguments;
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags) {
    REFUSED(ssize_t (*)(int, off64_t *, int, off64_t *, size_t, unsigned), copy_file_range, out, (in, from, out, to, size, flags))
}
int fallocate(int fd, int mode, off_t at, off_t size) {
    REFUSED(int (*)(int, int, off_t, off_t), fallocate, fd, (fd, mode, at, size))
}

static int removed(int at, const char *path, int flags) {
    char full[PATH_MAX];
    pthread_mutex_lock(&lock);
    int ours = resolved(at, path, full), result = REAL(unlinkat)(at, path, flags), kept = errno;
    if (ours && result == 0) note('U', flags & AT_REMOVEDIR ? FOLDER : 0, 0, 0, full, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}
int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int at, const char *path, int flags) { return removed(at, path, flags); }

static int named(char what, int at, const char *from, int to_at, const char *to, unsigned flags) {
    char old[PATH_MAX], new[PATH_MAX];
    struct stat about;
    pthread_mutex_lock(&lock);
    int ours = resolved(at, from, old) | (resolved(to_at, to, new) << 1);
    int result = what == 'R' ? (flags ? REAL(renameat2)(at, from, to_at, to, flags) : REAL(renameat)(at, from, to_at, to))
                             : REAL(linkat)(at, from, to_at, to, (int)flags);
    int kept = errno;
    if (ours && result == 0) {
        if (ours != 3 || (what == 'R' && flags) || stat(new, &about)) note('X', 0, 0, 0, "rename across", NULL, 0);
        else note(what, 0, about.st_ino, 0, old, new, strlen(new));
    }
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}
int rename(const char *from, const char *to) { return named('R', AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int at, const char *from, int to_at, const char *to) { return named('R', at, from, to_at, to, 0); }
int link(const char *from, const char *to) { return named('L', AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int at, const char *from, int to_at, const char *to, int flags) { return named('L', at, from, to_at, to, (unsigned)flags); }

static int folder_made(int at, const char *path, mode_t mode) {
    char full[PATH_MAX];
    struct stat about;
    pthread_mutex_lock(&lock);
    int ours = resolved(at, path, full), result = REAL(mkdirat)(at, path, mode), kept = errno;
    if (ours && result == 0 && stat(full, &about) == 0) note('O', CREATED | FOLDER, about.st_ino, 0, full, NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = kept;
    return result;
}
int mkdir(const char *path, mode_t mode) { return folder_made(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return folder_made(at, path, mode); }

/* Content changed through a mapping passes by: only SQLite's shared index may do that, which every opening makes anew. */
static void check_mapping(int protection, int flags, int fd) {
    char link[64], path[PATH_MAX];
    if (log_fd < 0 || fd < 0 || !(protection & PROT_WRITE) || !(flags & MAP_SHARED)) return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 4) return;
    path[size] = 0;
    if (!under(path) || strcmp(path + size - 4, "-shm") == 0) return;
    pthread_mutex_lock(&lock);
    note('X', 0, 0, 0, "mmap", NULL, 0);
    pthread_mutex_unlock(&lock);
}
void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    check_mapping(protection, flags, fd);
    return REAL(mmap)(at, size, protection, flags, fd, offset);
}
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    check_mapping(protection, flags, fd);
    return REAL(mmap64)(at, size, protection, flags, fd, offset);
}
