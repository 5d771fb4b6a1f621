namespace Assay.Governance.Audit;

/// <summary>Class and activity of the Open Cybersecurity Schema Framework that an event's type belongs to.</summary>
/// <param name="Class">Number of the class; its first digit is the category.</param>
/// <param name="Activity">Number of the activity within the class, 99 for one that the class doesn't name.</param>
/// <param name="ActivityName">Its name.</param>
internal sealed record OcsfClass(int Class, int Activity, string ActivityName)
{
    public const int Authentication = 3002;
    public const int EntityManagement = 3004;
    public const int UserAccessManagement = 3005;
    public const int ApiActivity = 6003;
    private const int Other = 99;

    private static readonly string[] Sessions = ["session."];
    private static readonly string[] Decisions = ["model.promoted", "approval.", "waiver.", "glass."];
    private static readonly string[] Rights = ["token.", "role.", "binding.", "group.", "person.", "login.", "password.", "service-account."];

    /// <summary>With what the types begin that have a class of their own.</summary>
    internal static IEnumerable<string> Beginnings => [.. Sessions, .. Decisions, .. Rights];

    /// <summary>Signing in is Authentication, a decision about a model version Entity Management, a change of rights User Access Management, all else API Activity.</summary>
    public static OcsfClass Of(string type)
    {
        var word = type[(type.LastIndexOfAny(['.', '-']) + 1)..];
        if (Begins(Sessions, type))
            return word switch { "started" => new(Authentication, 1, "Logon"), "ended" => new(Authentication, 2, "Logoff"), _ => Unnamed(Authentication, word) };
        if (Begins(Decisions, type))
            return new(EntityManagement, 3, "Update");
        if (Begins(Rights, type))
        {
            return word switch
            {
                "created" or "granted" or "added" or "bound" => new(UserAccessManagement, 1, "Assign Privileges"),
                "revoked" or "deleted" or "removed" or "disabled" or "unbound" => new(UserAccessManagement, 2, "Revoke Privileges"),
                _ => Unnamed(UserAccessManagement, word),
            };
        }

        return word switch
        {
            "created" or "added" or "registered" or "recorded" or "deployed" or "started" or "raised" => new(ApiActivity, 1, "Create"),
            "changed" or "finished" or "closed" or "signed" or "updated" => new(ApiActivity, 3, "Update"),
            "deleted" or "removed" => new(ApiActivity, 4, "Delete"),
            _ => Unnamed(ApiActivity, word),
        };
    }

    private static bool Begins(string[] prefixes, string type) => prefixes.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));

    private static OcsfClass Unnamed(int number, string word) => new(number, Other, word);
}
