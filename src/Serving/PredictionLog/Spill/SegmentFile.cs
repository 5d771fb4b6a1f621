using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Assay.Kernel.Blobs;

namespace Assay.Serving.PredictionLog.Spill;

/// <summary>
/// The form of a segment on the disk: the wrapped key, then frames, each sealed with AES-256-GCM under its number, the first
/// with the head. A frame is whole or, after a crash, the end; whatever stands before it is read.
/// </summary>
internal static class SegmentFile
{
    public const string Suffix = ".calls";
    private const int KeySize = 32;
    private const int FrameSizeMax = 1 << 30;

    /// <summary>A new file with its head, open for appending.</summary>
    public static (FileStream File, SegmentSeal Seal) Create(string path, SegmentHead head, IKeyRing keys)
    {
        var key = RandomNumberGenerator.GetBytes(KeySize);
        var wrapped = keys.Wrap(key, Context(head.Id));
        var file = new FileStream(path, Options(FileMode.CreateNew, FileAccess.ReadWrite));
        try
        {
            Span<byte> start = stackalloc byte[8];
            BinaryPrimitives.WriteInt32LittleEndian(start, wrapped.Version);
            BinaryPrimitives.WriteInt32LittleEndian(start[4..], wrapped.Ciphertext.Length);
            file.Write(start);
            file.Write(wrapped.Ciphertext);
            var seal = new SegmentSeal(key);
            seal.Append(file, JsonSerializer.SerializeToUtf8Bytes(head));
            file.Flush();
            return (file, seal);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);   // or each call that finds a full disk leaves one
            throw;
        }
    }

    /// <summary>Opens a file that somebody may still be appending to.</summary>
    public static FileStream Open(string path) => new(path, Options(FileMode.Open, FileAccess.Read));

    /// <summary>
    /// What the frames of a file hold, the head's first, up to its end or to the first that is not whole. Each is good until
    /// the next is asked for.
    /// </summary>
    /// <param name="file">An open segment.</param>
    /// <param name="id">Its id.</param>
    /// <param name="keys">The ring that wrapped its key.</param>
    /// <param name="from">The frame that comes after the head's; null for the next one.</param>
    /// <exception cref="CryptographicException">The key can't be opened, or a frame was changed.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Frames(FileStream file, string id, IKeyRing keys, FrameMark? from = null)
    {
        var start = new byte[8];
        if (file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length)
            yield break;
        var wrapped = new byte[Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(start.AsSpan(4)), 0, 1 << 16)];
        if (file.ReadAtLeast(wrapped, wrapped.Length, throwOnEndOfStream: false) < wrapped.Length)
            yield break;

        using var seal = new SegmentSeal(keys.Unwrap(new(BinaryPrimitives.ReadInt32LittleEndian(start), wrapped), Context(id)));
        var length = new byte[4];
        while (file.ReadAtLeast(length, 4, throwOnEndOfStream: false) == 4)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (size is < SegmentSeal.TagSize or > FrameSizeMax || size > file.Length - file.Position)
                yield break;
            yield return seal.Open(file, size);
            if (seal.Number == 1 && from is { } mark)
            {
                file.Position = mark.Position;
                seal.SkipTo(mark.Number);
            }
        }
    }

    private static string Context(string id) => $"predictions:{id}";

    private static FileStreamOptions Options(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (mode == FileMode.CreateNew && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
