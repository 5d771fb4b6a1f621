using System.Text;

namespace Assay.Registry.Scans.Documents;

/// <summary>Looks into text where a format says what is in it: TorchScript's code, and Keras's description as a file of its own.</summary>
internal static class TextScan
{
    private const int LineBytesMax = 64 * 1024;

    // What TorchScript can call that reads or writes a file.
    private static readonly string[] FileCalls = ["from_file(", "torch.save(", "aten::save", "aten::from_file"];

    public static void Run(Stream content, string name, ScanScope scope)
    {
        if (name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            KerasConfig.Scan(content, scope);
        if (!name.Contains("/code/", StringComparison.Ordinal) || !name.EndsWith(".py", StringComparison.Ordinal))
            return;

        var (buffer, kept) = (new byte[LineBytesMax], 0);
        content.Position = 0;
        for (var read = content.Read(buffer.AsSpan(kept)); read > 0; read = content.Read(buffer.AsSpan(kept)))
        {
            var text = Encoding.Latin1.GetString(buffer, 0, kept + read);
            foreach (var call in FileCalls.Where(call => text.Contains(call, StringComparison.Ordinal)))
                scope.Find(ScanRule.TorchScript, $"the code of the model calls {call.TrimEnd('(')}");
            // The end is looked at again with what follows, in case a call stands across.
            kept = Math.Min(32, text.Length);
            Encoding.Latin1.GetBytes(text[^kept..]).CopyTo(buffer, 0);
        }
    }
}
