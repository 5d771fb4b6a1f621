using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;

namespace Assay.Data.Datasets;

/// <summary>What a dataset may be called.</summary>
internal static partial class DatasetName
{
    public const int LengthMax = 100;

    public static void Check(string name)
    {
        if (!Pattern().IsMatch(name))
            throw Refusal.Invalid("name",
                $"A dataset's name has 1 to {LengthMax} letters, digits, dots, dashes and underscores, and begins with a letter or digit.");
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Pattern();
}
