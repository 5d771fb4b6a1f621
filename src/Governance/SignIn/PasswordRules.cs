using Assay.Kernel.Refusals;

namespace Assay.Governance.SignIn;

/// <summary>What a new password must be: long, and no copy of the user name. Nothing is asked about kinds of characters.</summary>
internal static class PasswordRules
{
    public const int LengthMin = 12;
    public const int LengthMax = 200;
    private const int DifferentCharactersMin = 5;

    /// <summary>What is wrong with it, in a sentence; null when it can be taken.</summary>
    public static string? Trouble(string password, string userName)
    {
        if (password.Length < LengthMin)
            return $"A password has at least {LengthMin} characters. A few words in a row are long, and easy to remember.";
        if (password.Length > LengthMax)
            return $"A password has at most {LengthMax} characters.";
        if (password.Contains(userName, StringComparison.OrdinalIgnoreCase))
            return "A password does not contain the user name: choose another one.";
        if (password.Distinct().Count() < DifferentCharactersMin)
            return $"A password has at least {DifferentCharactersMin} different characters: choose another one.";
        return null;
    }

    /// <exception cref="Refusal">It can't be taken.</exception>
    public static void Check(string password, string userName, string field)
    {
        if (Trouble(password, userName) is { } trouble)
            throw Refusal.Invalid(field, trouble);
    }
}
