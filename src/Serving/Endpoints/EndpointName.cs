using System.Text.RegularExpressions;
using Assay.Kernel.Refusals;

namespace Assay.Serving.Endpoints;

/// <summary>An endpoint's name is a part of its address.</summary>
internal static partial class EndpointName
{
    public const int LengthMax = 63;

    public static void Check(string name)
    {
        if (name.Length > LengthMax || !Allowed().IsMatch(name))
        {
            throw Refusal.Invalid(
                "name",
                $"An endpoint's name has 1 to {LengthMax} letters, digits, dots, dashes and underscores, and begins with a letter or digit.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Allowed();
}
