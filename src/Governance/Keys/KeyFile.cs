using Assay.Kernel.Blobs;

namespace Assay.Governance.Keys;

/// <summary>A secret in a file of its own, mode 0600, made at first use.</summary>
internal static class KeyFile
{
    /// <summary>
    /// Reads the file, or makes it. However many processes start at once and whenever one of them dies, the file holds
    /// one whole secret, and all of them return that one.
    /// </summary>
    public static byte[] ReadOrCreate(string path, Func<byte[]> make)
    {
        if (!File.Exists(path))
            DurableFile.TryCreate(path, make());
        return File.ReadAllBytes(path);
    }
}
