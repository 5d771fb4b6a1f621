using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class PeopleAndBindings : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AlterColumn<string>(
                name: "role",
                table: "governance_tokens",
                type: "character varying(4000)",
                maxLength: 4000,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "character varying(40)",
                oldMaxLength: 40);

            migrationBuilder.AddColumn<long>(
                name: "last_used_at",
                table: "governance_tokens",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "principal_id",
                table: "governance_tokens",
                type: "character varying(20)",
                maxLength: 20,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "governance_bindings",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    role = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    effect = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    project = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: true),
                    resource_kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    resource_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    expires_at = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_bindings", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_group_members",
                columns: table => new
                {
                    group_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    principal_id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_group_members", x => new { x.group_id, x.principal_id });
                });

            migrationBuilder.CreateTable(
                name: "governance_groups",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    external_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_groups", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_people",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    user_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    display_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    email = table.Column<string>(type: "character varying(320)", maxLength: 320, nullable: true),
                    external_id = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_people", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "governance_roles",
                columns: table => new
                {
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    permissions = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_roles", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "governance_service_accounts",
                columns: table => new
                {
                    id = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    name = table.Column<string>(type: "character varying(63)", maxLength: 63, nullable: false),
                    owner = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    description = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_governance_service_accounts", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_governance_tokens_principal_id",
                table: "governance_tokens",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_bindings_principal_id",
                table: "governance_bindings",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_group_members_principal_id",
                table: "governance_group_members",
                column: "principal_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_groups_external_id",
                table: "governance_groups",
                column: "external_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_groups_name",
                table: "governance_groups",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_people_external_id",
                table: "governance_people",
                column: "external_id");

            migrationBuilder.CreateIndex(
                name: "ix_governance_people_user_name",
                table: "governance_people",
                column: "user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_service_accounts_name",
                table: "governance_service_accounts",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_governance_service_accounts_owner",
                table: "governance_service_accounts",
                column: "owner");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "governance_bindings");

            migrationBuilder.DropTable(
                name: "governance_group_members");

            migrationBuilder.DropTable(
                name: "governance_groups");

            migrationBuilder.DropTable(
                name: "governance_people");

            migrationBuilder.DropTable(
                name: "governance_roles");

            migrationBuilder.DropTable(
                name: "governance_service_accounts");

            migrationBuilder.DropIndex(
                name: "ix_governance_tokens_principal_id",
                table: "governance_tokens");

            migrationBuilder.DropColumn(
                name: "last_used_at",
                table: "governance_tokens");

            migrationBuilder.DropColumn(
                name: "principal_id",
                table: "governance_tokens");

            migrationBuilder.AlterColumn<string>(
                name: "role",
                table: "governance_tokens",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "character varying(4000)",
                oldMaxLength: 4000,
                oldNullable: true);
        }
    }
}
