using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Assay.ScanBench;

/// <summary>Large pickles, written as the libraries write them.</summary>
internal static class BigPickle
{
    public static byte[] Arrays(int count)
    {
        var random = new Random(1);
        var data = new byte[1 << 20];
        var pickle = Begin(']');
        for (var index = 0; index < count; index++)
        {
            random.NextBytes(data);
            Array(pickle, data);
            pickle.WriteByte((byte)'a');
        }

        return End(pickle);
    }

    public static byte[] SmallArrays(int count)
    {
        var random = new Random(2);
        var data = new byte[800];
        var pickle = Begin(']');
        for (var index = 0; index < count; index++)
        {
            random.NextBytes(data);
            Array(pickle, data);
            pickle.WriteByte((byte)'a');
        }

        return End(pickle);
    }

    public static byte[] Vocabulary(int count)
    {
        var pickle = Begin('}');
        for (var index = 0; index < count; index++)
        {
            if (index % 1000 == 0)
                pickle.WriteByte((byte)'(');
            Text(pickle, $"word{index}");
            pickle.Write([0x94, (byte)'J']);
            Number(pickle, index);
            if (index % 1000 == 999)
                pickle.WriteByte((byte)'u');
        }

        return End(pickle);
    }

    public static byte[] Torch(int count)
    {
        var random = new Random(3);
        var data = new byte[1 << 20];
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var main = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open())
                main.Write([0x80, 2, (byte)'}', (byte)'.']);
            for (var index = 0; index < count; index++)
            {
                random.NextBytes(data);
                using var tensor = zip.CreateEntry($"archive/data/{index}", CompressionLevel.NoCompression).Open();
                tensor.Write(data);
            }
        }

        return packed.ToArray();
    }

    // numpy's own: an empty array, and then its state with the bytes.
    private static void Array(MemoryStream pickle, byte[] data)
    {
        Import(pickle, "numpy.core.multiarray", "_reconstruct");
        Import(pickle, "numpy", "ndarray");
        pickle.Write([(byte)'K', 0, 0x85, (byte)'C', 1, (byte)'b', 0x87, (byte)'R', (byte)'(', (byte)'K', 1, (byte)'M', 0, 1, 0x85]);
        Import(pickle, "numpy", "dtype");
        Text(pickle, "f8");
        pickle.Write([0x89, 0x88, 0x87, (byte)'R', 0x89, (byte)'B']);
        Number(pickle, data.Length);
        pickle.Write(data);
        pickle.Write([(byte)'t', (byte)'b']);
    }

    private static void Import(MemoryStream pickle, string module, string name)
    {
        Text(pickle, module);
        Text(pickle, name);
        pickle.WriteByte(0x93);
    }

    private static void Text(MemoryStream pickle, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        pickle.Write([0x8c, (byte)bytes.Length, .. bytes]);
    }

    private static void Number(MemoryStream pickle, int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        pickle.Write(bytes);
    }

    private static MemoryStream Begin(char container)
    {
        var pickle = new MemoryStream();
        pickle.Write([0x80, 4, (byte)container]);
        return pickle;
    }

    private static byte[] End(MemoryStream pickle)
    {
        pickle.WriteByte((byte)'.');
        return pickle.ToArray();
    }
}
