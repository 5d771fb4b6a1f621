namespace Assay.Registry.Scans.Contents;

/// <summary>
/// Unpacks a stream to where it can be read back and forth: into memory while it is small, else into a file that only its
/// owner can read and that goes with the stream. Counts against the scan's limits as it goes.
/// </summary>
internal static class Unpacked
{
    private const int InMemoryMax = 8 << 20;
    private const long RatioFreeBytes = 64L << 20;

    /// <param name="packed">What unpacks as it is read.</param>
    /// <param name="packedBytes">Its size before.</param>
    /// <param name="scope">Where a bomb is reported.</param>
    /// <param name="seen">Is shown every byte, for a checksum; null for none.</param>
    /// <exception cref="InvalidDataException">The packed bytes are damaged.</exception>
    public static Stream Read(Stream packed, long packedBytes, ScanScope scope, Action<ReadOnlySpan<byte>>? seen = null)
    {
        Stream unpacked = new MemoryStream();
        try
        {
            var buffer = new byte[64 * 1024];
            for (var read = packed.Read(buffer); read > 0; read = packed.Read(buffer))
            {
                scope.Budget.CountUnpacked(read);
                if (unpacked.Length + read > RatioFreeBytes && (unpacked.Length + read) / Math.Max(1, packedBytes) > scope.Budget.Limits.RatioMax)
                {
                    scope.Find(ScanRule.ArchiveBomb, $"{packedBytes:N0} bytes unpack to more than {scope.Budget.Limits.RatioMax} times as many");
                    break;
                }

                if (unpacked is MemoryStream && unpacked.Length + read > InMemoryMax)
                    unpacked = ToFile(unpacked);
                unpacked.Write(buffer, 0, read);
                seen?.Invoke(buffer.AsSpan(0, read));
            }

            unpacked.Position = 0;
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    private static FileStream ToFile(Stream memory)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"assay-scan-{Guid.NewGuid():N}"), options);
        memory.Position = 0;
        memory.CopyTo(file);
        memory.Dispose();
        return file;
    }
}
