using System.Security.Cryptography;
using System.Text;

namespace Assay.Monitoring.Labels;

/// <summary>
/// A class of several as a number: made of its name alone, so that it is the same whatever versions of a model know, and in
/// which order. Two of at most a thousand names have the same one with a chance of 1 in 500 million.
/// </summary>
internal static class ClassNumber
{
    public static double Of(string name)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        var number = 0L;
        for (var place = 0; place < 6; place++)   // 48 bits, which a double holds exactly
            number = (number << 8) | digest[place];
        return number;
    }
}
