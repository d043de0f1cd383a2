//! The pages that the server renders: complete documents without any script, plain functions of plain data. What is
//! shown is decided elsewhere; everything dynamic is escaped by the renderer.

mod approval;
mod consent;
mod device;
mod error;
mod form_post;
mod frame;
mod login;
mod logout;
mod new_password;
mod required;
pub mod samples;

pub use approval::{ApprovalPage, approval_page};
pub use consent::{
    AWAY_DECLINED, AppIdentity, AskingDevice, ConsentPage, ConsentScope, OfflineEnd, WhileAway, consent_page,
};
pub use device::{DeviceCodePage, DeviceDonePage, DeviceProblem, device_code_page, device_done_page};
pub use error::{ErrorPage, error_page};
pub use form_post::{FormPostPage, form_post_page};
pub use frame::{Frame, Link};
pub use login::{LoginPage, LoginProblem, login_page};
pub use logout::{LogoutPage, SignedOutPage, logout_page, signed_out_page};
pub use new_password::{NewPasswordPage, NewPasswordProblem, new_password_page};
pub use required::{
    ActionDonePage, ConfirmEmailPage, VerifyEmailNote, VerifyEmailPage, action_done_page, confirm_email_page,
    verify_email_page,
};
